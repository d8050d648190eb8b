// Unpacks what the widgets of a page know, and shows each with a model of its own in place of a kernel's.

function bytesOf(base64) {
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let n = 0; n < bytes.length; n += 1) bytes[n] = letters.charCodeAt(n);
  return bytes;
}
const withBytes = (_, value) => (typeof value?.base64 === "string" ? new DataView(bytesOf(value.base64).buffer) : value);

async function unpacked(packed) {
  const stream = new Blob([bytesOf(packed)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const text = await new Response(stream).text();
  return JSON.parse(text, text.includes('{"base64":') ? withBytes : undefined); // to look at each value takes long
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
