import { isInputObjectType, isObjectType, isInterfaceType } from 'graphql';
import { claimsOf, plain } from './src/coverage/claims.ts';
import { documented } from './src/coverage/documented.ts';
import { schema } from './src/graph/schema.ts';
import { apiRangeOf } from './src/graph/kit/api-versions.ts';
const known = new Map<string, Map<string,string>>();
for (const { of, own, name } of documented) { if (own==='') continue; const m = known.get(of) ?? new Map(); known.set(of, m.set(plain(own), name)); }
const fieldAt = (c: string): any => { const [t, rest=''] = [c.slice(0,c.indexOf('.')), c.slice(c.indexOf('.')+1)]; const type:any = schema.getType(t); const m=/^(\w+)\((\w+):\)$/.exec(rest); const f=type?.getFields?.()[m?m[1]!:rest]; return m? f?.args.find((a:any)=>a.name===m[2]) : f; };
const v=(s?:string)=>s===undefined?0:Number(s.split('.')[1]);
for (const claim of claimsOf(schema, known)) {
  if (!claim.exists || claim.names.length===0) continue;
  const items = claim.names.flatMap(n => documented.filter(i => i.name===n && (n.includes('?') ? i.kind==='parameter' : i.kind===(claim.input?'body':'answer'))));
  if (items.length===0) continue;
  const since = items.every(i=>i.since) ? items.map(i=>i.since!).sort((a,b)=>v(a)-v(b))[0] : undefined;
  const last = items.every(i=>i.last) ? items.map(i=>i.last!).sort((a,b)=>v(b)-v(a))[0] : undefined;
  const field = fieldAt(claim.coordinate);
  const range = field ? apiRangeOf(field) : undefined;
  const gone = last && `1.${v(last)+1}`;
  if (range?.since !== since || range?.gone !== gone) console.log(claim.input?'IN ':'OUT', claim.coordinate, 'doc', since??'-', gone??'-', 'says', range?.since??'-', range?.gone??'-', claim.names.join());
}
