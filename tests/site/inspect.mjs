/**
 * What is wrong with the page that is open, in sentences. Runs inside of the browser, so it holds all that it needs.
 * Contrast is that of the guidelines for accessibility: 4.5, and 3 for large text.
 */
export function inspect(colorScheme) {
  const problems = [];
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  /** A colour as the browser paints it: red, green, blue, and how much of it is there. */
  const paint = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (above, below) => above.slice(0, 3).map((value, at) => value * above[3] + below[at] * (1 - above[3]));
  const ground = (element) => {
    if (!element) return [255, 255, 255];
    const own = paint(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, ground(element.parentElement));
  };
  const light = (colour) => {
    const [red, green, blue] = colour.map((value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };

  // What is cut off does not widen the window, so each element is asked; what lies in a part that scrolls may be as wide as it likes.
  const scrolls = (element) => element && element.tagName !== "MAIN" && (getComputedStyle(element).overflowX === "auto" || scrolls(element.parentElement));
  const isTooWide = (element) => element.getBoundingClientRect().right > window.innerWidth + 1 && !scrolls(element.parentElement);
  const wide = [...document.querySelectorAll("main, main *")].find((element) => element.checkVisibility() && isTooWide(element));
  if (wide) problems.push(`is wider than the window: ${wide.outerHTML.slice(0, 80)}`);
  const excess = document.documentElement.scrollWidth - window.innerWidth;
  if (excess > 0) problems.push(`scrolls by ${excess} px`);

  const isDark = light(ground(document.body)) < 0.2;
  if (isDark !== (colorScheme === "dark")) problems.push(`is not ${colorScheme}`);

  for (const image of document.querySelectorAll("main img")) {
    if (!image.complete || image.naturalWidth === 0) problems.push(`does not show ${image.getAttribute("src")}`);
    if (!image.alt) problems.push(`says nothing about ${image.getAttribute("src")}`);
  }

  const seen = new Set();
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility({ opacityProperty: true })) continue;
    const style = getComputedStyle(element);
    const key = `${element.tagName}.${element.className} ${style.color}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const behind = ground(element);
    const ratio = contrast(over(paint(style.color), behind), behind);
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) problems.push(`${key} has a contrast of ${ratio.toFixed(2)}: ${texts.currentNode.data.trim().slice(0, 30)}`);
  }
  return problems;
}
