// Unpacks what the widgets of a page know, and shows each with a model of its own in place of a kernel's.

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text(), (_, value) => {
    if (typeof value?.base64 !== "string") return value;
    return new DataView(Uint8Array.from(atob(value.base64), (letter) => letter.charCodeAt(0)).buffer);
  });
}
const { style, modules, widgets } = await unpacked(document.getElementById("bpv-widgets").textContent);
document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
const loaded = modules.map((text) => import(URL.createObjectURL(new Blob([text], { type: "text/javascript" }))));
for (const place of document.querySelectorAll("[data-widget]")) {
  const shown = widgets[Number(place.dataset.widget)]; // a widget that stands in two places has one model
  loaded[shown.module]
    .then(({ default: widget, localModel }) => {
      shown.model ??= localModel(shown.state);
      return widget.render({ model: shown.model, el: place });
    })
    .then(() => { place.dataset.ready = String(Math.round(performance.now())); });
}
