// The question that `attach` shows where the page has none of its own. It takes no focus: a viewer about to press the
// space bar wants to play, not to jump.

import type { Remote } from './types.js';

const shownMs = 20000;

/** Shows it beside the video, inside what may be full screen. @returns takes it away */
export function showQuestion(video: HTMLMediaElement, text: string, remote: Remote): () => void {
  const box = document.createElement('div');
  box.setAttribute('role', 'status');
  box.className = 'playhead-question';
  box.style.cssText =
    'position:fixed;left:50%;bottom:12%;transform:translateX(-50%);z-index:2147483647;display:flex;gap:8px;' +
    'align-items:center;white-space:nowrap;padding:10px 14px;border-radius:12px;background:#16161de6;color:#fff;font:16px system-ui,sans-serif';
  const remove = () => {
    if (box.parentNode) box.parentNode.removeChild(box);
  };
  const button = (label: string, name: string, run: () => void, style: string) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = label;
    made.setAttribute('aria-label', name);
    made.style.cssText = `border:0;border-radius:8px;padding:8px 14px;font:inherit;cursor:pointer;${style}`;
    made.onclick = () => {
      remove();
      run();
    };
    box.appendChild(made);
  };
  button(text, text, () => remote.accept(), 'background:#fff;color:#16161d');
  button('✕', 'Stay here', () => {}, 'background:none;color:inherit');
  (video.parentNode || document.body).appendChild(box);
  setTimeout(remove, shownMs);
  return remove;
}
