// Light or dark: as the system says, until the reader chooses.

const key = 'playhead-console-theme';
const dark = matchMedia('(prefers-color-scheme: dark)');
const root = document.documentElement;

/** @returns {'light' | 'dark'} */
export const shown = () => {
  const chosen = root.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : dark.matches ? 'dark' : 'light';
};

function restore() {
  try {
    const chosen = localStorage.getItem(key);
    if (chosen) root.dataset.theme = chosen;
  } catch {
    // A browser that keeps nothing: the system's it is.
  }
}

/** @param {HTMLButtonElement} button @param {() => void} onChange */
export function themes(button, onChange) {
  restore();
  const name = () => {
    const other = shown() === 'dark' ? 'light' : 'dark';
    button.title = `Switch to ${other}`;
    button.setAttribute('aria-label', button.title);
    onChange();
  };
  button.addEventListener('click', () => {
    const other = shown() === 'dark' ? 'light' : 'dark';
    // Who comes back to what the system says follows it again.
    if ((other === 'dark') === dark.matches) delete root.dataset.theme;
    else root.dataset.theme = other;
    try {
      if (root.dataset.theme) localStorage.setItem(key, root.dataset.theme);
      else localStorage.removeItem(key);
    } catch {
      // Then it lasts as long as the page.
    }
    name();
  });
  dark.addEventListener('change', name);
  name();
}
