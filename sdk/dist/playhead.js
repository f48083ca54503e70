// Playhead, Apache-2.0. Built from sdk/src by `npm run build`.
function ce(e,t,r){let o=document.createElement("div");o.setAttribute("role","status"),o.className="playhead-question",o.
style.cssText="position:fixed;left:50%;bottom:12%;transform:translateX(-50%);z-index:2147483647;display:flex;gap:8px;ali\
gn-items:center;padding:10px 14px;border-radius:12px;background:#16161de6;color:#fff;font:16px system-ui,sans-serif";let i=()=>{
o.parentNode&&o.parentNode.removeChild(o)},s=(c,p,u,n)=>{let l=document.createElement("button");l.type="button",l.textContent=
c,l.setAttribute("aria-label",p),l.style.cssText=`border:0;border-radius:8px;padding:8px 14px;font:inherit;cursor:pointe\
r;${n}`,l.onclick=()=>{i(),u()},o.appendChild(l)};return s(t,t,()=>r.accept(),"background:#fff;color:#16161d"),s("\u2715",
"Stay here",()=>{},"background:none;color:inherit"),(e.parentNode||document.body).appendChild(o),setTimeout(i,2e4),i}function V(e){let t,r=0;return{stamp(){let o=e.now();return t===void 0?{mono:o}:{mono:o,server:o+t}},time(o){let i=o.server!==
void 0?o.server:t===void 0?t:o.mono+t;return i===void 0?{timestamp:Math.round(e.date()-e.now()+o.mono)}:{timestamp:Math.
round(i),clock:"server"}},learn(o,i){let s=e.now(),c=Date.parse(o);if(!(c>0))return;let p=c-s,u=c-i,n=s-i;(t===void 0||n<=
r||t<p-50||t>u+50)&&(t=(p+u)/2,r=n)}}}var $=typeof self=="object"?self:typeof globalThis=="object"?globalThis:{};function U(e){try{return e()}catch{return}}function N(e={}){
let t={now:U(()=>$.performance.now())===void 0?Date.now:()=>$.performance.now(),date:()=>Date.now(),random:Math.random,setTimeout:(i,s)=>$.
setTimeout(i,s),clearTimeout:i=>$.clearTimeout(i)},r=U(()=>$.fetch);r&&(t.fetch=(i,s)=>r.call($,i,s)),t.keepalive=U(()=>"\
keepalive"in $.Request.prototype)||!1;let o=$.navigator;return o&&o.sendBeacon&&(t.sendBeacon=(i,s)=>o.sendBeacon(i,s)),
t.origin=U(()=>$.location.origin),t.indexedDB=U(()=>$.indexedDB),t.localStorage=U(()=>$.localStorage),t.locks=U(()=>o.locks),
t.WebSocket=U(()=>$.WebSocket),Object.assign(t,e)}function Z(e){let t=U(()=>$.crypto.getRandomValues(new Uint8Array(20))),
r="";for(let o=0;o<20;o++)r+=(t?t[o]%36:Math.floor(e.random()*36)).toString(36);return r}function B({token:e}){let t=typeof e=="function"?void 0:e;return{now:()=>t,async get(r){return typeof e=="function"&&(r||
t===void 0)&&(t=await e(r)),t}}}var J=({url:e})=>(e||"").replace(/\/$/,"");function X(e,t,r){return new Promise((o,i)=>{
let s=e.setTimeout(()=>o(void 0),t),c=()=>e.clearTimeout(s);r.then(o,i).then(c,c)})}function G(e,t,r,o){let i=J(e);async function s(u,n,l){
let y={headers:{}},k=o.now();(l||k===void 0&&e.token)&&(k=await o.get(l)),k&&(y.headers.authorization=`Bearer ${k}`),n&&
(y.method="POST",y.headers["content-type"]="application/json",y.body=n,y.keepalive=n.length<6e4);let v=t.now(),O=await t.
fetch(i+u,y),I=await O.json().catch(()=>({}));if(O.ok&&(I.accepted!==void 0||I.known!==void 0))return r.learn(I.serverTime,
v),{body:I};let{status:m}=O,d={code:I.code||"unauthorized",message:I.detail||`The server answered ${m}.`,status:m};return m===
401?{failure:d.message,refused:d}:I.code&&m>=400&&m<500&&m!==408&&m!==429?{refused:d}:{failure:d.message,after:(Number(O.
headers.get("retry-after"))||0)*1e3}}async function c(u,n,l){try{let y=s(u,n,!1).then(k=>k.failure&&k.refused&&typeof e.
token=="function"?s(u,n,!0):k);return await X(t,l,y)||{failure:`No answer within ${l/1e3} s.`}}catch(y){return{failure:`${y}`}}}
function p(u,n){let l=u.every(y=>y.clock)?void 0:t.date();return JSON.stringify(Object.assign({sentAt:l},u.length===1?u[0]:
{updates:u},n))}return{send:u=>c("/v1/progress",p(u),1e4),async sendLast(u){let n=o.now(),l=()=>t.sendBeacon&&t.sendBeacon(
`${i}/v1/progress`,p(u,n?{token:n}:void 0));if(!t.fetch||!t.keepalive)return l(),{failure:"A beacon has no answer."};let y=await c(
"/v1/progress",p(u),1e4);return y.failure&&l(),y},resume({showId:u,episodeId:n},l){let y=encodeURIComponent,k=`episodeId\
=${y(n)}`+(u===void 0?"":`&showId=${y(u)}`);return c(`/v1/users/${y(e.userId)}/resume?${k}`,void 0,l)}}}var ue=1e4,de=6e4,Pe=1e4;function ee(e,t,r,o){let i=t.WebSocket,s,c,p=0,u=!1,n=!1,l=!1,y=d=>e.onState&&e.onState(d),k=(d,S)=>{
t.clearTimeout(c),c=t.setTimeout(S,d)},v=d=>s.send(JSON.stringify(d)),O=()=>v({type:"subscribe",ref:1,userId:e.userId});
function I(d,S,T){if(d!==s||n)return;s=void 0,l=!1,u=S===4401,t.now()-T>Pe&&(p=0);let j=S===4429?de:Math.min(de,2e3*2**Math.
min(p++,5));y("waiting"),k(t.random()*j,m)}async function m(){y("connecting");let d=t.now(),S=d,T;try{let j=await r.get(
u);if(n||s)return;let h=J(e),L=(/^https?:/.test(h)?h:t.origin+h).replace(/^http/,"ws");T=s=new i(L+"/v1/socket","playhea\
d.v1"),k(ue,()=>{T.close(),I(T,0,d)}),T.onopen=()=>{S=t.now(),v({type:"hello",token:j})},T.onclose=({code:f})=>I(T,f,d),
T.onmessage=({data:f})=>{if(T!==s||n)return;t.clearTimeout(c);let g=JSON.parse(f);g.type==="welcome"?(o(g.serverTime,S),
l=!0,y("open"),O()):e.onMessage(g)}}catch{I(T,0,d)}}return i?m():y("unavailable"),{wake(){if(!(!i||n))if(l){let d=s;k(ue,
()=>{d.close(),I(d,0,t.now())}),O()}else s||k(t.random()*1e3,m)},close(){n=!0,t.clearTimeout(c),s&&s.close(),y("closed")}}}
function Se(e){return ee(e,N(e.platform),B(e),()=>{})}function le(e,t){return e.sessionId===t.sessionId&&e.state!=="ended"&&e.state!=="stopped"&&(!t.seek||!!e.seek)&&(e.provisional||
!t.provisional)}var te=({userId:e,showId:t,episodeId:r})=>JSON.stringify([`${e}`,`${t}`,`${r}`]);function re(e,t){let r={};
for(let s of e){let c=te(s),p=r[c];(!p||p.provisional||!s.provisional)&&(r[c]=s)}let o=e.filter(s=>r[te(s)]!==s),i=e.filter(
s=>r[te(s)]===s);return o.concat(i).slice(0,Math.max(0,e.length-t))}function D(e){return new Promise((t,r)=>{e.onsuccess=
()=>t(e.result),e.onerror=()=>r(e.error)})}var ne="updates";function me({indexedDB:e}){let t;async function r(s){if(!t){
let c=e.open("playhead",1);c.onupgradeneeded=()=>c.result.createObjectStore(ne,{autoIncrement:!0}),t=D(c)}return(await t).
transaction(ne,s).objectStore(ne)}async function o(){try{let s=await r("readonly"),[c,p]=await Promise.all([D(s.getAllKeys()),
D(s.getAll())]);return c.map((u,n)=>[u,p[n]])}catch{return[]}}let i=s=>r("readwrite").then(c=>D(c.delete(s))).catch(()=>{});
return{all:o,remove:i,async add(s){try{let c=await D((await r("readwrite")).add(s));if(await D((await r("readonly")).count())>
300){let p=await o(),u=re(p.map(n=>n[1].update),300);for(let[n,{update:l}]of p)u.indexOf(l)>=0&&i(n)}return c}catch{return}}}}
var fe="playhead.last.";function pe({localStorage:e}){let t=()=>{let r=[];for(let o=0;o<e.length;o++){let i=e.key(o);i.indexOf(
fe)===0&&r.push(i)}return r};return{write(r){try{let o=fe+r.update.sessionId+"."+r.update.seq;for(let i of t().slice(300))
e.removeItem(i);return e.setItem(o,JSON.stringify(r)),o}catch{return}},all(){let r=[];try{for(let o of t())r.push([o,JSON.
parse(e.getItem(o))])}catch{}return r},remove(r){try{e.removeItem(r)}catch{}}}}var oe=100,xe=6e4;function ge(e,t,r,o,i){let s=J(e),c=me(t),p=pe(t),u=f=>f.url===s&&`${f.update.userId}`==`${e.userId}`,
n=[],l=[],y=oe,k=0,v=0,O,I=[],m=Promise.resolve();function d(f){n=n.filter(g=>f.indexOf(g)<0);for(let g of f){let x=g.kept&&
g.kept.then(b=>b!==void 0&&c.remove(b));x&&(m=m.then(()=>x)),g.written&&p.remove(g.written)}}function S({update:f,at:g}){
return Object.assign(f,g&&!f.clock&&r.time(g))}function T(f,g){let x=g.failure,b=[];if(g.body){let w=g.body;b=f;for(let{
index:P,code:R,detail:K,retry:_}of w.rejected||[])_?(b=b.filter(z=>z!==f[P]),x=K):i.error({code:R,message:K});y=oe,i.event(
{type:"ack",ack:w,updates:f.map(P=>P.update)}),i.acked(w)}else g.refused&&(i.error(g.refused),x||(f.length>1?y=1:b=f));if(d(
b),x){for(let R of n)!R.kept&&!R.written&&(R.kept=c.add({url:s,update:S(R)}));let P=(g.after||0)+t.random()*Math.min(xe,
1e3*2**Math.min(k++,6));v=t.now()+P,t.clearTimeout(O),O=t.setTimeout(h,P),i.event({type:"failed",reason:x,waitMs:P,queued:n.
length})}else k&&(k=0,M());for(let w of I.splice(0))w()}function j(){if(l.length||!n.length)return;let f=l=n.slice(0,y);
v=1/0;let g=f.map(S);i.event({type:"sent",updates:g}),o.send(g).then(x=>{l=[],v=0,T(f,x),h()})}function h(){t.now()>=v&&
j()}function L(f){let g=n[n.length-1];if(g&&l.indexOf(g)<0&&le(g.update,f.update)&&d([g]),n.push(f),n.length>300){let x=re(
n.map(b=>b.update),300);d(n.filter(b=>x.indexOf(b.update)>=0)),i.error({code:"dropped",message:"Too much waits to be sen\
t, so the oldest was given up."})}}function M(){let f=async()=>{let x=w=>n.some(P=>P.update.sessionId===w.sessionId&&P.update.
seq===w.seq),b=[];await m;for(let[w,P]of await c.all())u(P)&&!x(P.update)&&b.push({update:P.update,kept:Promise.resolve(
w)});for(let[w,P]of p.all())u(P)&&!x(P.update)&&b.push({update:P.update,written:w});if(b.length)return n=b.concat(n),new Promise(
w=>{I.push(w),h()})},g=x=>x?f():void 0;return t.locks?t.locks.request(`playhead ${s}`,{ifAvailable:!0},g).catch(f):f()}return{
drain:M,tick:h,put(f,g,x){let b={update:f,at:g};if(L(b),x&&(S(b),b.written=p.write({url:s,update:f})),x!==!0)return k&&(b.
kept=c.add({url:s,update:S(b)})),h();let w=n.slice(-oe);for(let R of w)!R.kept&&!R.written&&(R.written=p.write({url:s,update:S(
R)}));let P=w.map(S);i.event({type:"sent",updates:P}),o.sendLast(P).then(R=>{R.body&&T(w,R)})},wake(){if(k&&v<1/0&&n.length){
t.clearTimeout(O);let f=t.random()*1e3;v=Math.min(v,t.now()+f),O=t.setTimeout(h,f)}},latest({showId:f,episodeId:g}){let x=n.
filter(({update:b})=>`${b.episodeId}`==`${g}`&&`${b.showId}`==`${f}`&&!b.provisional);return x.length?x[x.length-1].update:
void 0}}}function he(e,t){let r,o=0,i=-1/0,s=[],c,p=({sessionId:n,deviceId:l})=>n||l||"";function u(){let n=r;if(!n||s.indexOf(p(
n))>=0||!t.idle()||Math.abs(n.position-t.position())<3)return;let l=i+15e3-e.now();if(e.clearTimeout(c),l>0){c=e.setTimeout(
u,l);return}i=e.now(),s.push(p(n)),t.ask(Object.assign({},n,{accept:()=>t.accept((r&&p(r)===p(n)?r:n).position)}))}return{
check:u,note(n){t.mine(n.sessionId)?r=void 0:!n.provisional&&!n.finished&&Date.parse(n.updatedAt)>o&&(r=n,u())},seen(n){
o=Date.parse(n)||0},reset(){e.clearTimeout(c),r=void 0,o=0,s=[]}}}function ke(e,t){return{id:e,at:t,seq:0,position:0,played:0,sought:!1,begun:!1,lost:!1}}function Q(e,t,r){let o=r.stamp();
if(!e.begun){let{first:s}=e;if(s===void 0||t<=s)return e.first=t,e.at=e.state?e.at:o,!1;e.begun=!0,e.state&&Math.abs(s-e.
position)>3&&(e.lost=!0,e.played=0,e.sought=!1),e.position=s,e.state&&(e.at=o)}let i=t-e.position;return i===0?!1:(i>0&&
i<=(o.mono-e.at.mono)/1e3*4+1&&(e.played+=i),e.position=t,e.at=o,!0)}function se(e,t,r){(!e.begun||Math.abs(t-e.position)>
3)&&(e.first=t),e.begun&&(e.position=t,e.at=r.stamp())}function be({sought:e,played:t,start:r,lost:o,first:i}){if(e)return!1;
let s=r&&r.point,c=o||!r||!r.asked||s&&s.known&&Math.abs(i-r.position)>3;return t<(c?120:5)}var Te=2e3,Ie=1e4,ie=e=>Math.round(e*1e3)/1e3;function Re(e){let t="playhead.device",r=Z(e);try{let o=e.localStorage;r=o.
getItem(t)||r,o.setItem(t,r)}catch{}return r}function ae(e){let t=N(e.platform),r=V(t),o=B(e),i=G(e,t,r,o),s=e.deviceId||
Re(t),c=e.onEvent||(()=>{}),p=[],u=e,n=h(),l,y=1e4,k=0,v=!1,O=!1,I=!1,m=-1/0,d,S,T=ge(e,t,r,i,{event:c,error(a){a.code===
"missing-counter"&&g(),e.onError&&e.onError(a)},acked(a){y=Math.min(Math.max(Number(a.nextInSeconds)||10,1),300)*1e3,n.start&&
!n.start.asked&&g()}}),j=he(t,{idle:()=>!v&&(n.state!=="playing"||t.now()-m<Ie),position:()=>n.position,mine:a=>p.indexOf(
a)>=0,ask:a=>e.onRemoteProgress&&e.onRemoteProgress(a),accept:a=>e.seekTo&&e.seekTo(a)});function h(){let a=Z(t);return p.
push(a),ke(a,r.stamp())}let L=({showId:a,episodeId:E})=>`${E}`==`${u.episodeId}`&&`${a??""}`==`${u.showId==null?"":u.showId}`;
function M(a){n.start&&a.position!==void 0&&L(a)&&j.note(a)}async function f(){let a=n,E=(await i.resume(u,1e4)).body;!E||
a!==n||(a.counter===void 0&&E.counter!==void 0&&(a.counter=E.counter+1),E.known&&M(E))}function g(){I||f(),I=!0}function x(a){
u=a;let E=n,W=e.startTimeout||Te;I=!1,j.reset();let Y=X(t,W/2,T.drain()).catch(()=>{}).then(()=>i.resume(a,W));return l=
X(t,W,Y).then(q=>{let A=q&&q.body,F=!!A&&(A.known||!A.stale),H=!F&&T.latest(a),C={asked:F,position:A&&A.startAt||(H?H.position:
0),point:A};return E.start=C,A&&A.counter!==void 0&&(E.counter=A.counter+1),c({type:"start",start:C}),E===n&&(j.seen(A&&
A.updatedAt),!F&&e.onError&&e.onError({code:"start-unknown",message:`Where to start could not be asked: ${q&&q.failure||
`no answer within ${W} ms`}`}),b()),C})}function b(){d||O||e.follow===!1||!e.onRemoteProgress||(d=ee({...e,onMessage(a){
c({type:"change",message:a}),a.type==="snapshot"?(a.items||[]).forEach(M):a.type==="progress"&&M(a)},onState(a){S=a,c({type:"\
live",state:a})}},t,o,r.learn))}function w(a,E,W){let{showId:Y,episodeId:q,creditsAt:A,nextEpisodeId:F,live:H}=u,C=e.duration&&
e.duration();n.state=a,k=t.now();let ve={userId:e.userId,showId:Y,episodeId:q,position:ie(n.position),duration:C&&C>0&&C<
1/0?ie(C):void 0,creditsAt:A,nextEpisodeId:F,live:H||C===1/0||void 0,...r.time(n.at),deviceId:s,sessionId:n.id,seq:++n.seq,
state:a,seek:E||void 0,provisional:be(n),playedSeconds:ie(n.played),counter:n.counter};T.put(ve,n.at,W)}let P=()=>n.state===
"stopped"||n.state==="ended",R=a=>v||O||!(a>=0);function K(){let{counter:a,position:E}=n;n=h(),n.counter=a,n.position=E,
n.start={asked:!0,position:0}}function _(a){n.state&&!P()&&w("stopped",!1,a)}function z(){T.wake(),d&&d.wake()}return x(
e),{get sessionId(){return n.id},get ready(){return l},playing(a){R(a)||(P()&&K(),Q(n,a,r)&&(n.state!=="playing"||t.now()-
k>=y?w("playing"):T.tick()))},paused(a){R(a)||!n.begun||P()||(Q(n,a,r),n.state!=="paused"&&w("paused"),j.check())},seeked(a){
R(a)||(P()&&K(),se(n,a,r),n.begun&&(n.sought=!0,w(n.state,!0)))},moved(a){R(a)||se(n,a,r)},rateChanged(a){R(a)||n.state!==
"playing"||(Q(n,a,r),w("playing"))},ended(a){R(a)||!n.begun||P()||(Q(n,a,r),w("ended"))},reloaded(){n.begun=!1,n.first=void 0},
setItem(a){return _(!1),n=h(),x(a)},suspend(){n.state==="playing"&&w("paused"),v=!0},resume(){v=!1,this.reloaded()},hidden(){
n.state==="playing"&&!v&&w("playing",!1,"written")},visible(){m=t.now(),n.state==="playing"&&!v&&w("playing"),z(),d&&S!==
"open"&&f(),j.check()},online:z,stop:()=>_(!0),detach(){_(!0),O=!0,d&&d.close()}}}var we=1;function Oe(e,t){let{position:r}=t,o=[],i=!1,s="",c=!0,p=!1,u=!1,n=0,l=!1,y=0,k=()=>{},v=()=>{let h=r?r():e.currentTime;
return h===null!==l&&(l=h===null,l?m.suspend():m.resume()),h===null?NaN:h},O=()=>t.duration?t.duration():e.duration;function I(h){
t.seekTo?t.seekTo(h):e.currentTime=h}let m=ae({onRemoteProgress(h){k();let L=t.question||(({positionText:M})=>`Continue \
at ${M}?`);k=ce(e,L(h),h)},...t,duration:O,seekTo:I});function d(h,L,M){for(let f of L.split(" "))h.addEventListener(f,M),
o.push(()=>h.removeEventListener(f,M))}let S;function T(h){let L=++n;u=!1,S=void 0,h.then(({position:M})=>{L!==n||t.autoResume===
!1||!M||(S=()=>{if(S=void 0,!u){if(M>O()-1){let f=`It should start at ${M} s, which is past the end of what is open, so \
it starts at its beginning.`;t.onError&&t.onError({code:"start-past-end",message:f});return}p=!0,I(M)}},c&&e.readyState>
0&&S())})}T(m.ready),d(e,"loadedmetadata",()=>S&&S()),d(e,"emptied",()=>{i=!1,c=!0,p=!1,m.reloaded()}),d(e,"playing",()=>{
S&&S(),i=!0,s=e.currentSrc,y=e.currentTime,k(),m.playing(v())}),d(e,"timeupdate",()=>{!i||e.paused||e.seeking||e.error||
(y=e.currentTime,m.playing(v()))}),d(e,"seeking",()=>{i&&!p&&Math.abs(e.currentTime-y)>we&&(u=!0)}),d(e,"seeked",()=>{let h=p||
!i||Math.abs(e.currentTime-y)<=we;p=!1,y=e.currentTime,h?m.moved(v()):m.seeked(v())}),d(e,"pause",()=>i&&!e.ended&&m.paused(
v())),d(e,"ended",()=>i&&m.ended(v())),d(e,"ratechange",()=>i&&m.rateChanged(v()));function j(){i&&!e.paused&&!e.seeking&&
!e.error&&m.playing(v())}return d(document,"visibilitychange",()=>{j(),document.visibilityState==="hidden"?m.hidden():m.
visible()}),d(window,"online",()=>m.online()),d(window,"pagehide",()=>{j(),m.stop()}),{get sessionId(){return m.sessionId},
get ready(){return m.ready},setItem(h){c=e.readyState===0||e.currentSrc!==s;let L=m.setItem(h);return T(L),L},suspend:()=>m.
suspend(),resume:()=>m.resume(),detach(){j(),n++,k();for(let h of o)h();m.detach()}}}async function Me(e,t=1e4){let r=N(e.platform);return(await G(e,r,V(r),B(e)).resume(e,t)).body}export{Oe as attach,ae as createReporter,Se as live,Me as resume};
