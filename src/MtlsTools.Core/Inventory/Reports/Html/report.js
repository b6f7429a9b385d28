'use strict';
(() => {
  const form = document.querySelector('.filter');
  if (!form) return;
  const box = form.querySelector('input');
  const shown = document.getElementById('shown');
  const rows = [...document.querySelectorAll('#items tbody tr')].map(row => ({ row, text: row.textContent.toLowerCase() }));
  const fits = ({ row, text }, word) => {
    const [, field, value] = /^(status|role|source):(.*)$/.exec(word) || [];
    return field ? row.dataset[field].startsWith(value) : text.includes(word);
  };
  const apply = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const one of rows) {
      const visible = words.every(word => fits(one, word));
      one.row.hidden = !visible;
      if (visible) count++;
    }
    shown.textContent = `${count.toLocaleString('en')} of ${rows.length.toLocaleString('en')} shown`;
  };
  const fromAddress = () => {
    const match = /^#filter=(.*)$/.exec(location.hash);
    if (!match) return;
    try { box.value = decodeURIComponent(match[1]); } catch { return; }
    apply();
    document.getElementById('items').scrollIntoView();
  };
  let waiting = 0;
  box.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
  form.addEventListener('submit', event => { event.preventDefault(); apply(); });
  addEventListener('hashchange', fromAddress);
  form.hidden = false;
  apply();
  fromAddress();
})();
