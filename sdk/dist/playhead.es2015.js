// Playhead, Apache-2.0. Built from sdk/src by `npm run build`.
"use strict";var playhead=(()=>{var Y=Object.defineProperty,Ae=Object.defineProperties,$e=Object.getOwnPropertyDescriptor,Ce=Object.getOwnPropertyDescriptors,
Ue=Object.getOwnPropertyNames,me=Object.getOwnPropertySymbols;var ye=Object.prototype.hasOwnProperty,We=Object.prototype.propertyIsEnumerable;var Z=Math.pow,pe=(e,t,r)=>t in e?Y(e,t,{enumerable:!0,configurable:!0,writable:!0,value:r}):e[t]=r,Q=(e,t)=>{for(var r in t||
(t={}))ye.call(t,r)&&pe(e,r,t[r]);if(me)for(var r of me(t))We.call(t,r)&&pe(e,r,t[r]);return e},z=(e,t)=>Ae(e,Ce(t));var qe=(e,t)=>{for(var r in t)Y(e,r,{get:t[r],enumerable:!0})},Ne=(e,t,r,o)=>{if(t&&typeof t=="object"||typeof t=="funct\
ion")for(let s of Ue(t))!ye.call(e,s)&&s!==r&&Y(e,s,{get:()=>t[s],enumerable:!(o=$e(t,s))||o.enumerable});return e};var Be=e=>Ne(Y({},"__esModule",{value:!0}),e);var M=(e,t,r)=>new Promise((o,s)=>{var a=p=>{try{u(r.next(p))}catch(n){s(n)}},c=p=>{try{u(r.throw(p))}catch(n){s(n)}},u=p=>p.
done?o(p.value):Promise.resolve(p.value).then(a,c);u((r=r.apply(e,t)).next())});var Qe={};qe(Qe,{attach:()=>je,createReporter:()=>re,live:()=>be,resume:()=>Ee});function ge(e,t,r){let o=document.createElement("div");o.setAttribute("role","status"),o.className="playhead-question",o.
style.cssText="position:fixed;left:50%;bottom:12%;transform:translateX(-50%);z-index:2147483647;display:flex;gap:8px;ali\
gn-items:center;padding:10px 14px;border-radius:12px;background:#16161de6;color:#fff;font:16px system-ui,sans-serif";let s=()=>{
o.parentNode&&o.parentNode.removeChild(o)},a=(c,u,p,n)=>{let f=document.createElement("button");f.type="button",f.textContent=
c,f.setAttribute("aria-label",u),f.style.cssText=`border:0;border-radius:8px;padding:8px 14px;font:inherit;cursor:pointe\
r;${n}`,f.onclick=()=>{s(),p()},o.appendChild(f)};return a(t,t,()=>r.accept(),"background:#fff;color:#16161d"),a("\u2715",
"Stay here",()=>{},"background:none;color:inherit"),(e.parentNode||document.body).appendChild(o),setTimeout(s,2e4),s}function ee(e){let t,r=0;return{stamp(){let o=e.now();return t===void 0?{mono:o}:{mono:o,server:o+t}},time(o){let s=o.server!==
void 0?o.server:t===void 0?t:o.mono+t;return s===void 0?{timestamp:Math.round(e.date()-e.now()+o.mono)}:{timestamp:Math.
round(s),clock:"server"}},learn(o,s){let a=e.now(),c=Date.parse(o);if(!(c>0))return;let u=c-a,p=c-s,n=a-s;(t===void 0||n<=
r||t<u-50||t>p+50)&&(t=(u+p)/2,r=n)}}}var C=typeof self=="object"?self:typeof globalThis=="object"?globalThis:{};function W(e){try{return e()}catch(t){return}}
function B(e={}){let t={now:W(()=>C.performance.now())===void 0?Date.now:()=>C.performance.now(),date:()=>Date.now(),random:Math.
random,setTimeout:(s,a)=>C.setTimeout(s,a),clearTimeout:s=>C.clearTimeout(s)},r=W(()=>C.fetch);r&&(t.fetch=(s,a)=>r.call(
C,s,a)),t.keepalive=W(()=>"keepalive"in C.Request.prototype)||!1;let o=C.navigator;return o&&o.sendBeacon&&(t.sendBeacon=
(s,a)=>o.sendBeacon(s,a)),t.origin=W(()=>C.location.origin),t.indexedDB=W(()=>C.indexedDB),t.localStorage=W(()=>C.localStorage),
t.locks=W(()=>o.locks),t.WebSocket=W(()=>C.WebSocket),Object.assign(t,e)}function se(e){let t=W(()=>C.crypto.getRandomValues(
new Uint8Array(20))),r="";for(let o=0;o<20;o++)r+=(t?t[o]%36:Math.floor(e.random()*36)).toString(36);return r}function D({token:e}){let t=typeof e=="function"?void 0:e;return{now:()=>t,get(o){return M(this,null,function*(){return typeof e==
"function"&&(o||t===void 0)&&(t=yield e(o)),t})}}}var H=({url:e})=>(e||"").replace(/\/$/,"");function te(e,t,r){return new Promise(
(o,s)=>{let a=e.setTimeout(()=>o(void 0),t),c=()=>e.clearTimeout(a);r.then(o,s).then(c,c)})}function ne(e,t,r,o){let s=H(
e);function a(n,f,b){return M(this,null,function*(){let y={headers:{}},g=o.now();(b||g===void 0&&e.token)&&(g=yield o.get(
b)),g&&(y.headers.authorization=`Bearer ${g}`),f&&(y.method="POST",y.headers["content-type"]="application/json",y.body=f,
y.keepalive=f.length<6e4);let j=t.now(),R=yield t.fetch(s+n,y),m=yield R.json().catch(()=>({}));if(R.ok&&(m.accepted!==void 0||
m.known!==void 0))return r.learn(m.serverTime,j),{body:m};let{status:d}=R,w={code:m.code||"unauthorized",message:m.detail||
`The server answered ${d}.`,status:d};return d===401?{failure:w.message,refused:w}:m.code&&d>=400&&d<500&&d!==408&&d!==429?
{refused:w}:{failure:w.message,after:(Number(R.headers.get("retry-after"))||0)*1e3}})}function c(n,f,b){return M(this,null,
function*(){try{let y=a(n,f,!1).then(g=>g.failure&&g.refused&&typeof e.token=="function"?a(n,f,!0):g);return(yield te(t,
b,y))||{failure:`No answer within ${b/1e3} s.`}}catch(y){return{failure:`${y}`}}})}function u(n,f){let b=n.every(y=>y.clock)?
void 0:t.date();return JSON.stringify(Object.assign({sentAt:b},n.length===1?n[0]:{updates:n},f))}return{send:n=>c("/v1/p\
rogress",u(n),1e4),sendLast(n){return M(this,null,function*(){let f=o.now(),b=()=>t.sendBeacon&&t.sendBeacon(`${s}/v1/pr\
ogress`,u(n,f?{token:f}:void 0));if(!t.fetch||!t.keepalive)return b(),{failure:"A beacon has no answer."};let y=yield c(
"/v1/progress",u(n),1e4);return y.failure&&b(),y})},resume({showId:n,episodeId:f},b){let y=encodeURIComponent,g=`episode\
Id=${y(f)}`+(n===void 0?"":`&showId=${y(n)}`);return c(`/v1/users/${y(e.userId)}/resume?${g}`,void 0,b)}}}var he=1e4,ke=6e4,De=1e4;function ie(e,t,r,o){let s=t.WebSocket,a,c,u=0,p=!1,n=!1,f=!1,b=d=>e.onState&&e.onState(d),y=(d,w)=>{
t.clearTimeout(c),c=t.setTimeout(w,d)},g=d=>a.send(JSON.stringify(d)),j=()=>g({type:"subscribe",ref:1,userId:e.userId});
function R(d,w,T){if(d!==a||n)return;a=void 0,f=!1,p=w===4401,t.now()-T>De&&(u=0);let E=w===4429?ke:Math.min(ke,2e3*Z(2,
Math.min(u++,5)));b("waiting"),y(t.random()*E,m)}function m(){return M(this,null,function*(){b("connecting");let d=t.now(),
w=d,T;try{let E=yield r.get(p);if(n||a)return;let k=H(e),A=(/^https?:/.test(k)?k:t.origin+k).replace(/^http/,"ws");T=a=new s(
A+"/v1/socket","playhead.v1"),y(he,()=>{T.close(),R(T,0,d)}),T.onopen=()=>{w=t.now(),g({type:"hello",token:E})},T.onclose=
({code:l})=>R(T,l,d),T.onmessage=({data:l})=>{if(T!==a||n)return;t.clearTimeout(c);let h=JSON.parse(l);h.type==="welcome"?
(o(h.serverTime,w),f=!0,b("open"),j()):e.onMessage(h)}}catch(E){R(T,0,d)}})}return s?m():b("unavailable"),{wake(){if(!(!s||
n))if(f){let d=a;y(he,()=>{d.close(),R(d,0,t.now())}),j()}else a||y(t.random()*1e3,m)},close(){n=!0,t.clearTimeout(c),a&&
a.close(),b("closed")}}}function be(e){return ie(e,B(e.platform),D(e),()=>{})}function ve(e,t){return e.sessionId===t.sessionId&&e.state!=="ended"&&e.state!=="stopped"&&(!t.seek||!!e.seek)&&(e.provisional||
!t.provisional)}var ae=({userId:e,showId:t,episodeId:r})=>JSON.stringify([`${e}`,`${t}`,`${r}`]);function ue(e,t){let r={};
for(let a of e){let c=ae(a),u=r[c];(!u||u.provisional||!a.provisional)&&(r[c]=a)}let o=e.filter(a=>r[ae(a)]!==a),s=e.filter(
a=>r[ae(a)]===a);return o.concat(s).slice(0,Math.max(0,e.length-t))}function K(e){return new Promise((t,r)=>{e.onsuccess=
()=>t(e.result),e.onerror=()=>r(e.error)})}var ce="updates";function Pe({indexedDB:e}){let t;function r(c){return M(this,
null,function*(){if(!t){let u=e.open("playhead",1);u.onupgradeneeded=()=>u.result.createObjectStore(ce,{autoIncrement:!0}),
t=K(u)}return(yield t).transaction(ce,c).objectStore(ce)})}function o(){return M(this,null,function*(){try{let c=yield r(
"readonly"),[u,p]=yield Promise.all([K(c.getAllKeys()),K(c.getAll())]);return u.map((n,f)=>[n,p[f]])}catch(c){return[]}})}
let s=c=>r("readwrite").then(u=>K(u.delete(c))).catch(()=>{});return{all:o,remove:s,add(c){return M(this,null,function*(){
try{let u=yield K((yield r("readwrite")).add(c));if((yield K((yield r("readonly")).count()))>300){let p=yield o(),n=ue(p.
map(f=>f[1].update),300);for(let[f,{update:b}]of p)n.indexOf(b)>=0&&s(f)}return u}catch(u){return}})}}}var we="playhead.\
last.";function Se({localStorage:e}){let t=()=>{let r=[];for(let o=0;o<e.length;o++){let s=e.key(o);s.indexOf(we)===0&&r.
push(s)}return r};return{write(r){try{let o=we+r.update.sessionId+"."+r.update.seq;for(let s of t().slice(300))e.removeItem(
s);return e.setItem(o,JSON.stringify(r)),o}catch(o){return}},all(){let r=[];try{for(let o of t())r.push([o,JSON.parse(e.
getItem(o))])}catch(o){}return r},remove(r){try{e.removeItem(r)}catch(o){}}}}var de=100,Ke=6e4;function Te(e,t,r,o,s){let a=H(e),c=Pe(t),u=Se(t),p=l=>l.url===a&&`${l.update.userId}`==`${e.userId}`,
n=[],f=[],b=de,y=0,g=0,j,R=[],m=Promise.resolve();function d(l){n=n.filter(h=>l.indexOf(h)<0);for(let h of l){let x=h.kept&&
h.kept.then(v=>v!==void 0&&c.remove(v));x&&(m=m.then(()=>x)),h.written&&u.remove(h.written)}}function w({update:l,at:h}){
return Object.assign(l,h&&!l.clock&&r.time(h))}function T(l,h){let x=h.failure,v=[];if(h.body){let P=h.body;v=l;for(let{
index:S,code:I,detail:_,retry:F}of P.rejected||[])F?(v=v.filter(X=>X!==l[S]),x=_):s.error({code:I,message:_});b=de,s.event(
{type:"ack",ack:P,updates:l.map(S=>S.update)}),s.acked(P)}else h.refused&&(s.error(h.refused),x||(l.length>1?b=1:v=l));if(d(
v),x){for(let I of n)!I.kept&&!I.written&&(I.kept=c.add({url:a,update:w(I)}));let S=(h.after||0)+t.random()*Math.min(Ke,
1e3*Z(2,Math.min(y++,6)));g=t.now()+S,t.clearTimeout(j),j=t.setTimeout(k,S),s.event({type:"failed",reason:x,waitMs:S,queued:n.
length})}else y&&(y=0,O());for(let P of R.splice(0))P()}function E(){if(f.length||!n.length)return;let l=f=n.slice(0,b);
g=1/0;let h=l.map(w);s.event({type:"sent",updates:h}),o.send(h).then(x=>{f=[],g=0,T(l,x),k()})}function k(){t.now()>=g&&
E()}function A(l){let h=n[n.length-1];if(h&&f.indexOf(h)<0&&ve(h.update,l.update)&&d([h]),n.push(l),n.length>300){let x=ue(
n.map(v=>v.update),300);d(n.filter(v=>x.indexOf(v.update)>=0)),s.error({code:"dropped",message:"Too much waits to be sen\
t, so the oldest was given up."})}}function O(){let l=()=>M(null,null,function*(){let x=P=>n.some(S=>S.update.sessionId===
P.sessionId&&S.update.seq===P.seq),v=[];yield m;for(let[P,S]of yield c.all())p(S)&&!x(S.update)&&v.push({update:S.update,
kept:Promise.resolve(P)});for(let[P,S]of u.all())p(S)&&!x(S.update)&&v.push({update:S.update,written:P});if(v.length)return n=
v.concat(n),new Promise(P=>{R.push(P),k()})}),h=x=>x?l():void 0;return t.locks?t.locks.request(`playhead ${a}`,{ifAvailable:!0},
h).catch(l):l()}return{drain:O,tick:k,put(l,h,x){let v={update:l,at:h};if(A(v),x&&(w(v),v.written=u.write({url:a,update:l})),
x!==!0)return y&&(v.kept=c.add({url:a,update:w(v)})),k();let P=n.slice(-de);for(let I of P)!I.kept&&!I.written&&(I.written=
u.write({url:a,update:w(I)}));let S=P.map(w);s.event({type:"sent",updates:S}),o.sendLast(S).then(I=>{I.body&&T(P,I)})},wake(){
if(y&&g<1/0&&n.length){t.clearTimeout(j);let l=t.random()*1e3;g=Math.min(g,t.now()+l),j=t.setTimeout(k,l)}},latest({showId:l,
episodeId:h}){let x=n.filter(({update:v})=>`${v.episodeId}`==`${h}`&&`${v.showId}`==`${l}`&&!v.provisional);return x.length?
x[x.length-1].update:void 0}}}function Ie(e,t){let r,o=0,s=-1/0,a=[],c,u=({sessionId:n,deviceId:f})=>n||f||"";function p(){let n=r;if(!n||a.indexOf(u(
n))>=0||!t.idle()||Math.abs(n.position-t.position())<3)return;let f=s+15e3-e.now();if(e.clearTimeout(c),f>0){c=e.setTimeout(
p,f);return}s=e.now(),a.push(u(n)),t.ask(Object.assign({},n,{accept:()=>t.accept((r&&u(r)===u(n)?r:n).position)}))}return{
check:p,note(n){t.mine(n.sessionId)?r=void 0:!n.provisional&&!n.finished&&Date.parse(n.updatedAt)>o&&(r=n,p())},seen(n){
o=Date.parse(n)||0},reset(){e.clearTimeout(c),r=void 0,o=0,a=[]}}}function Re(e,t){return{id:e,at:t,seq:0,position:0,played:0,sought:!1,begun:!1,lost:!1}}function V(e,t,r){let o=r.stamp();
if(!e.begun){let{first:a}=e;if(a===void 0||t<=a)return e.first=t,e.at=e.state?e.at:o,!1;e.begun=!0,e.state&&Math.abs(a-e.
position)>3&&(e.lost=!0,e.played=0,e.sought=!1),e.position=a,e.state&&(e.at=o)}let s=t-e.position;return s===0?!1:(s>0&&
s<=(o.mono-e.at.mono)/1e3*4+1&&(e.played+=s),e.position=t,e.at=o,!0)}function fe(e,t,r){(!e.begun||Math.abs(t-e.position)>
3)&&(e.first=t),e.begun&&(e.position=t,e.at=r.stamp())}function Oe({sought:e,played:t,start:r,lost:o,first:s}){if(e)return!1;
let a=r&&r.point,c=o||!r||!r.asked||a&&a.known&&Math.abs(s-r.position)>3;return t<(c?120:5)}var _e=2e3,Fe=1e4,le=e=>Math.round(e*1e3)/1e3;function Je(e){let t="playhead.device",r=se(e);try{let o=e.localStorage;r=
o.getItem(t)||r,o.setItem(t,r)}catch(o){}return r}function re(e){let t=B(e.platform),r=ee(t),o=D(e),s=ne(e,t,r,o),a=e.deviceId||
Je(t),c=e.onEvent||(()=>{}),u=[],p=e,n=k(),f,b=1e4,y=0,g=!1,j=!1,R=!1,m=-1/0,d,w,T=Te(e,t,r,s,{event:c,error(i){i.code===
"missing-counter"&&h(),e.onError&&e.onError(i)},acked(i){b=Math.min(Math.max(Number(i.nextInSeconds)||10,1),300)*1e3,n.start&&
!n.start.asked&&h()}}),E=Ie(t,{idle:()=>!g&&(n.state!=="playing"||t.now()-m<Fe),position:()=>n.position,mine:i=>u.indexOf(
i)>=0,ask:i=>e.onRemoteProgress&&e.onRemoteProgress(i),accept:i=>e.seekTo&&e.seekTo(i)});function k(){let i=se(t);return u.
push(i),Re(i,r.stamp())}let A=({showId:i,episodeId:L})=>`${L}`==`${p.episodeId}`&&`${i==null?"":i}`==`${p.showId==null?"":
p.showId}`;function O(i){n.start&&i.position!==void 0&&A(i)&&E.note(i)}function l(){return M(this,null,function*(){let i=n,
L=(yield s.resume(p,1e4)).body;!L||i!==n||(i.counter===void 0&&L.counter!==void 0&&(i.counter=L.counter+1),L.known&&O(L))})}
function h(){R||l(),R=!0}function x(i){p=i;let L=n,q=e.startTimeout||_e;R=!1,E.reset();let oe=te(t,q/2,T.drain()).catch(
()=>{}).then(()=>s.resume(i,q));return f=te(t,q,oe).then(N=>{let $=N&&N.body,J=!!$&&($.known||!$.stale),G=!J&&T.latest(i),
U={asked:J,position:$&&$.startAt||(G?G.position:0),point:$};return L.start=U,$&&$.counter!==void 0&&(L.counter=$.counter+
1),c({type:"start",start:U}),L===n&&(E.seen($&&$.updatedAt),!J&&e.onError&&e.onError({code:"start-unknown",message:`Wher\
e to start could not be asked: ${N&&N.failure||`no answer within ${q} ms`}`}),v()),U})}function v(){d||j||e.follow===!1||
!e.onRemoteProgress||(d=ie(z(Q({},e),{onMessage(i){c({type:"change",message:i}),i.type==="snapshot"?(i.items||[]).forEach(
O):i.type==="progress"&&O(i)},onState(i){w=i,c({type:"live",state:i})}}),t,o,r.learn))}function P(i,L,q){let{showId:oe,episodeId:N,
creditsAt:$,nextEpisodeId:J,live:G}=p,U=e.duration&&e.duration();n.state=i,y=t.now();let Le=z(Q({userId:e.userId,showId:oe,
episodeId:N,position:le(n.position),duration:U&&U>0&&U<1/0?le(U):void 0,creditsAt:$,nextEpisodeId:J,live:G||U===1/0||void 0},
r.time(n.at)),{deviceId:a,sessionId:n.id,seq:++n.seq,state:i,seek:L||void 0,provisional:Oe(n),playedSeconds:le(n.played),
counter:n.counter});T.put(Le,n.at,q)}let S=()=>n.state==="stopped"||n.state==="ended",I=i=>g||j||!(i>=0);function _(){let{
counter:i,position:L}=n;n=k(),n.counter=i,n.position=L,n.start={asked:!0,position:0}}function F(i){n.state&&!S()&&P("sto\
pped",!1,i)}function X(){T.wake(),d&&d.wake()}return x(e),{get sessionId(){return n.id},get ready(){return f},playing(i){
I(i)||(S()&&_(),V(n,i,r)&&(n.state!=="playing"||t.now()-y>=b?P("playing"):T.tick()))},paused(i){I(i)||!n.begun||S()||(V(
n,i,r),n.state!=="paused"&&P("paused"),E.check())},seeked(i){I(i)||(S()&&_(),fe(n,i,r),n.begun&&(n.sought=!0,P(n.state,!0)))},
moved(i){I(i)||fe(n,i,r)},rateChanged(i){I(i)||n.state!=="playing"||(V(n,i,r),P("playing"))},ended(i){I(i)||!n.begun||S()||
(V(n,i,r),P("ended"))},reloaded(){n.begun=!1,n.first=void 0},setItem(i){return F(!1),n=k(),x(i)},suspend(){n.state==="pl\
aying"&&P("paused"),g=!0},resume(){g=!1,this.reloaded()},hidden(){n.state==="playing"&&!g&&P("playing",!1,"written")},visible(){
m=t.now(),n.state==="playing"&&!g&&P("playing"),X(),d&&w!=="open"&&l(),E.check()},online:X,stop:()=>F(!0),detach(){F(!0),
j=!0,d&&d.close()}}}var Me=1;function je(e,t){let{position:r}=t,o=[],s=!1,a="",c=!0,u=!1,p=!1,n=0,f=!1,b=0,y=()=>{},g=()=>{let k=r?r():e.currentTime;
return k===null!==f&&(f=k===null,f?m.suspend():m.resume()),k===null?NaN:k},j=()=>t.duration?t.duration():e.duration;function R(k){
t.seekTo?t.seekTo(k):e.currentTime=k}let m=re(z(Q({onRemoteProgress(k){y();let A=t.question||(({positionText:O})=>`Conti\
nue at ${O}?`);y=ge(e,A(k),k)}},t),{duration:j,seekTo:R}));function d(k,A,O){for(let l of A.split(" "))k.addEventListener(
l,O),o.push(()=>k.removeEventListener(l,O))}let w;function T(k){let A=++n;p=!1,w=void 0,k.then(({position:O})=>{A!==n||t.
autoResume===!1||!O||(w=()=>{if(w=void 0,!p){if(O>j()-1){let l=`It should start at ${O} s, which is past the end of what\
 is open, so it starts at its beginning.`;t.onError&&t.onError({code:"start-past-end",message:l});return}u=!0,R(O)}},c&&
e.readyState>0&&w())})}T(m.ready),d(e,"loadedmetadata",()=>w&&w()),d(e,"emptied",()=>{s=!1,c=!0,u=!1,m.reloaded()}),d(e,
"playing",()=>{w&&w(),s=!0,a=e.currentSrc,b=e.currentTime,y(),m.playing(g())}),d(e,"timeupdate",()=>{!s||e.paused||e.seeking||
e.error||(b=e.currentTime,m.playing(g()))}),d(e,"seeking",()=>{s&&!u&&Math.abs(e.currentTime-b)>Me&&(p=!0)}),d(e,"seeked",
()=>{let k=u||!s||Math.abs(e.currentTime-b)<=Me;u=!1,b=e.currentTime,k?m.moved(g()):m.seeked(g())}),d(e,"pause",()=>s&&!e.
ended&&m.paused(g())),d(e,"ended",()=>s&&m.ended(g())),d(e,"ratechange",()=>s&&m.rateChanged(g()));function E(){s&&!e.paused&&
!e.seeking&&!e.error&&m.playing(g())}return d(document,"visibilitychange",()=>{E(),document.visibilityState==="hidden"?m.
hidden():m.visible()}),d(window,"online",()=>m.online()),d(window,"pagehide",()=>{E(),m.stop()}),{get sessionId(){return m.
sessionId},get ready(){return m.ready},setItem(k){c=e.readyState===0||e.currentSrc!==a;let A=m.setItem(k);return T(A),A},
suspend:()=>m.suspend(),resume:()=>m.resume(),detach(){E(),n++,y();for(let k of o)k();m.detach()}}}function Ee(e,t=1e4){return M(this,null,function*(){let r=B(e.platform);return(yield ne(e,r,ee(r),D(e)).resume(e,t)).body})}return Be(Qe);})();
