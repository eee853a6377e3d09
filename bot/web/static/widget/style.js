const light = `--accent:var(--bot-accent,#0b655c);--on-accent:var(--bot-on-accent,#fff);--paper:#fff;--mist:#f1f4f3;--line:#d5dcda;--stone:#5a6764;--ink:#17211f;
--warning:#fbecd0;--on-warning:#6b4100;--bad:#fbe3e0;--on-bad:#8c1d16;--shade:#17211f2e;color-scheme:light`;
const dark = `--accent:var(--bot-accent,#6fcabc);--on-accent:var(--bot-on-accent,#04211d);--paper:#141a19;--mist:#222b2a;--line:#3a4644;--stone:#a1b0ad;--ink:#e9efee;
--warning:#3a2b0d;--on-warning:#f0cd8a;--bad:#431d1a;--on-bad:#f5b8b1;--shade:#0008;color-scheme:dark`;

export const style = `
:host{all:initial;${light};position:fixed;z-index:2147483000;inset-block-end:24px;inset-inline-end:24px;color:var(--ink);
font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}
@media (prefers-color-scheme:dark){:host{${dark}}}
:host([theme=light]){${light}}
:host([theme=dark]){${dark}}
:host([position=left]){inset-inline:auto;left:24px}
:host([position=right]){inset-inline:auto;right:24px}
*{box-sizing:border-box}
[hidden]{display:none!important}
button,input,textarea{font:inherit;color:inherit;margin:0}
button{cursor:pointer;background:none;border:1px solid transparent;border-radius:6px;padding:0}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.icon{inline-size:16px;block-size:16px;flex:none;fill:none;stroke:currentColor;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
:is(.launcher,.square,.send) .icon{inline-size:24px;block-size:24px}
.unseen{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.launcher,.square,.send{display:grid;place-items:center;flex:none;inline-size:40px;block-size:40px}
.launcher,.send{background:var(--accent);color:var(--on-accent)}
.launcher{position:relative;inline-size:56px;block-size:56px;border-radius:50%;box-shadow:0 4px 16px var(--shade)}
.badge{position:absolute;inset-block-start:-4px;inset-inline-end:-4px;min-inline-size:20px;padding-inline:4px;border-radius:10px;
background:var(--on-bad);color:var(--paper);border:1px solid var(--paper);font-size:12px;line-height:18px;font-variant-numeric:tabular-nums}
dialog{position:absolute;inset:auto;inset-block-end:72px;inset-inline-end:0;inline-size:384px;block-size:min(640px,100dvh - 120px);
max-inline-size:none;max-block-size:none;margin:0;padding:0;border:1px solid var(--line);border-radius:12px;background:var(--paper);
color:inherit;box-shadow:0 8px 40px var(--shade);overflow:hidden;outline:0}
dialog[open]{display:flex;flex-direction:column;animation:rise .16s ease-out}
:host([position=left]) dialog{inset-inline:auto;left:0}
:host([position=right]) dialog{inset-inline:auto;right:0}
@keyframes rise{from{opacity:0;transform:translateY(8px)}}
.head{display:flex;align-items:center;padding:12px 16px;border-block-end:1px solid var(--line)}
.head div:first-child{flex:1;min-inline-size:0}
.square{margin-inline-end:-8px}
h2{margin:0;font-size:16px;line-height:1.25;font-weight:600;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.sub,.who,.meta,.typing,.system,.ends{font-size:12px;color:var(--stone)}
.sub,.who,.notice,.plain,.newer{display:flex;gap:4px;align-items:center}
.sub.warn{color:var(--on-warning)}
:is(.square,.reply,.plain,.score):hover{background:var(--mist)}
.middle{position:relative;flex:1;min-block-size:0}
.log{block-size:100%;overflow-y:auto;overscroll-behavior:contain;padding:0 16px 16px;display:flex;flex-direction:column}
:is(.log,input,textarea):focus-visible{outline-offset:-2px}
.entry{display:flex;flex-direction:column;align-items:flex-start;max-inline-size:88%;margin-block-start:16px;position:relative}
.follows{margin-block-start:4px}
.who{margin-block-end:4px}
.bubble{padding:8px 12px;border:1px solid transparent;border-radius:16px;overflow-wrap:anywhere}
.bubble p{margin:0;white-space:pre-wrap}
.bubble p+p{margin-block-start:8px}
a{color:inherit;text-underline-offset:2px}
.bot .bubble{background:var(--mist);border-start-start-radius:4px}
.agent .bubble{border-color:var(--stone);border-start-start-radius:4px}
.customer{align-self:flex-end;align-items:flex-end}
.customer .bubble{background:var(--accent);color:var(--on-accent);border-end-end-radius:4px}
.late .bubble,.sending .bubble{background:none;color:inherit;border:1px dashed var(--stone)}
.failed .bubble{background:var(--bad);color:var(--on-bad);border-color:currentColor}
.system{align-self:center;text-align:center;text-wrap:balance}
.system .bubble{padding:0}
.system time{display:none}
.meta{margin-block-start:4px;font-variant-numeric:tabular-nums}
.meta .icon{vertical-align:-3px}
.meta>*{margin-inline-end:8px}
.customer .meta>*{margin-inline:8px 0}
.sending .meta{animation:late .3s step-end}
@keyframes late{from{opacity:0}}
.failed .meta{color:var(--on-bad);text-align:end}
.link{min-block-size:24px;font-weight:600;text-decoration:underline;text-underline-offset:2px}
.replies{display:flex;flex-wrap:wrap;gap:8px;margin-block-start:12px}
.replies:empty,.survey:empty{display:none}
.reply,.mail button{min-block-size:36px;padding:4px 12px;border-color:currentColor;border-radius:18px;color:var(--accent);text-align:start;font-weight:500}
.survey{margin-block-start:12px;align-self:flex-start}
.scale{display:flex;flex-wrap:wrap;gap:4px}
.nps{max-inline-size:284px}
.score{inline-size:44px;block-size:44px;border-color:var(--stone);font-weight:600}
.ends{display:flex;justify-content:space-between;gap:8px;margin-block:4px}
.survey .link{font-weight:400;color:var(--stone)}
.survey .composer{padding:0;border:0}
.newer{position:absolute;inset-inline:0;inset-block-end:8px;margin-inline:auto;inline-size:fit-content;padding:4px 12px;border-radius:16px;
background:var(--ink);color:var(--paper)}
.typing{padding:0 16px 8px}
.notice{flex-wrap:wrap;gap:0 8px;padding:8px 16px;border-block-start:1px solid var(--line);background:var(--warning);color:var(--on-warning)}
.notice.calm{background:none;color:inherit}
.notice span{flex:1 1 160px;text-wrap:balance;text-align:match-parent}
.waiting{padding-inline-start:40px}
.waiting>.icon{margin-inline-start:-24px}
.waiting>span{flex:1 0 100%}
.composer{display:flex;align-items:flex-end;gap:8px;padding:12px 16px;border-block-start:1px solid var(--line)}
.notice.calm:not([hidden])~.composer{border:0;padding-block-start:0}
input,textarea{flex:1;min-inline-size:0;resize:none;padding:8px 12px;border:1px solid var(--stone);border-radius:6px;background:none;font-size:16px;line-height:22px}
::placeholder{color:var(--stone);opacity:1}
.foot{display:flex;flex-wrap:wrap;gap:0 8px;margin:-8px 8px 8px}
.plain{min-block-size:32px;padding:0 8px;color:var(--stone)}
.mailing{flex:1 0 100%}
.foot .mailing{padding-inline:8px}
.mail{display:flex;gap:8px;padding-block:4px}
.mail+.meta:empty{margin:0}
:host([dir=rtl]) .send .icon{transform:scaleX(-1)}
@media (max-width:479px){
.launcher[aria-expanded=true]{display:none}
dialog,:host([position]) dialog{position:fixed;inset:0;inline-size:100%;block-size:var(--height,100dvh);border:0;border-radius:0}
}
@media (max-width:379px){.ces{max-inline-size:188px}}
@media (prefers-reduced-motion:reduce){*{animation:none!important}}
@media (forced-colors:active){.launcher,.send,.reply,.bubble{border-color:ButtonText}}
`;
