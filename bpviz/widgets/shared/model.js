// A page's model: Jupyter's where there is a kernel, else one of its own; and the programs that Python printed.

// Several changes to a model in one go are shown once, before the next frame.
// Returns a function that stops listening.
export function onChange(model, names, show) {
  let changed = null;
  const listeners = names.map((name) => {
    const listener = () => {
      if (changed === null) {
        changed = new Set();
        queueMicrotask(() => {
          const all = changed;
          changed = null;
          show(all);
        });
      }
      changed.add(name);
    };
    model.on(`change:${name}`, listener);
    return [name, listener];
  });
  return () => listeners.forEach(([name, listener]) => model.off(`change:${name}`, listener));
}

// What Jupyter's model is to a page, where there is no kernel: values, and who listens to them.
export function localModel(state) {
  const listeners = new Map();
  const tell = (name) => { for (const listener of listeners.get(`change:${name}`) ?? []) listener(); };
  return {
    alone: true,
    get: (name) => state[name],
    set(name, value) {
      const changed = typeof name === "string" ? { [name]: value } : name;
      const news = Object.keys(changed).filter((key) => state[key] !== changed[key]);
      Object.assign(state, changed);
      news.forEach(tell);
    },
    on(name, listener) { listeners.set(name, [...(listeners.get(name) ?? []), listener]); },
    off(name, listener) { listeners.set(name, (listeners.get(name) ?? []).filter((other) => other !== listener)); },
    save_changes() {},
    send() {},
  };
}

export async function load(program) {
  const address = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  try {
    return await import(address);
  } finally {
    URL.revokeObjectURL(address);
  }
}
