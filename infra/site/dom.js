/** Elements, made of text and other elements: no text is ever read as markup. */

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "selected", "required", "noValidate", "multiple", "open"]);

/** An element. Attributes that are null or false are left out; `onclick` and the like are listeners. */
export function h(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  play: "M7 4.5v15l12-7.5z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  search: "M10.5 4a6.5 6.5 0 1 0 4 11.6l4.7 4.7 1.1-1.1-4.7-4.7A6.5 6.5 0 0 0 10.5 4zm0 1.6a4.9 4.9 0 1 1 0 9.8 4.9 4.9 0 0 1 0-9.8z",
  heart: "M12 20.3 4.6 13A4.9 4.9 0 0 1 11.500 6.100l.5.5.5-.5A4.900 4.900 0 0 1 19.400 13z",
  close: "M6.400 5 5 6.400 10.600 12 5 17.600 6.400 19 12 13.400 17.600 19 19 17.600 13.400 12 19 6.400 17.600 5 12 10.600z",
};

/** A picture of one path, which says nothing to those who listen: the control around it has the name. */
export function icon(name) {
  const made = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [key, value] of [["viewBox", "0 0 24 24"], ["aria-hidden", "true"], ["class", "icon"]]) made.setAttribute(key, value);
  path.setAttribute("d", ICONS[name]);
  made.append(path);
  return made;
}
