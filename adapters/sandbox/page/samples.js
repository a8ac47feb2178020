/** Pictures that a customer may send, painted here so that none has to be kept. */

const WIDE = 640, HIGH = 480;

function sky(brush, from, to) {
  const shade = brush.createLinearGradient(0, 0, 0, HIGH);
  shade.addColorStop(0, from);
  shade.addColorStop(1, to);
  brush.fillStyle = shade;
  brush.fillRect(0, 0, WIDE, HIGH);
}

function shape(brush, colour, ...points) {
  brush.fillStyle = colour;
  brush.beginPath();
  points.forEach(([x, y]) => brush.lineTo(x, y));
  brush.fill();
}

function disc(brush, colour, x, y, radius) {
  brush.fillStyle = colour;
  brush.beginPath();
  brush.arc(x, y, radius, 0, 7);
  brush.fill();
}

const box = (brush, colour, x, y, wide, high) => shape(brush, colour, [x, y], [x + wide, y], [x + wide, y + high], [x, y + high]);

function house(brush) {
  sky(brush, "#9ad0f5", "#e9f6ff");
  disc(brush, "#ffe08a", 540, 90, 46);
  box(brush, "#7cb56b", 0, 360, WIDE, 120);
  box(brush, "#f4e3c8", 170, 220, 300, 170);
  shape(brush, "#b0413e", [140, 225], [320, 100], [500, 225]);
  box(brush, "#6b4a35", 290, 290, 62, 100);
  box(brush, "#8cc4ea", 200, 260, 60, 54);
  box(brush, "#8cc4ea", 382, 260, 60, 54);
}

function beach(brush) {
  sky(brush, "#ff9a70", "#ffe3b8");
  disc(brush, "#fff2c4", 320, 250, 74);
  box(brush, "#2f7fa8", 0, 270, WIDE, 110);
  for (let x = 0; x < WIDE; x += 80) box(brush, "#7fc0da", x + (x % 3) * 9, 300 + (x % 5) * 12, 46, 4);
  box(brush, "#e6c88f", 0, 380, WIDE, 100);
}

function plan(brush) {
  sky(brush, "#fbfaf6", "#fbfaf6");
  brush.strokeStyle = "#2a3b57";
  brush.lineWidth = 7;
  brush.strokeRect(70, 60, 500, 360);
  for (const [x, y, toX, toY] of [[320, 60, 320, 250], [70, 250, 240, 250], [320, 250, 570, 250], [420, 250, 420, 420]]) {
    brush.beginPath();
    brush.moveTo(x, y);
    brush.lineTo(toX, toY);
    brush.stroke();
  }
  brush.fillStyle = "#2a3b57";
  brush.font = "26px sans-serif";
  for (const [words, x, y] of [["Living", 140, 165], ["Kitchen", 400, 165], ["Bedroom", 180, 350], ["Bath", 465, 350]]) brush.fillText(words, x, y);
}

function leak(brush) {
  sky(brush, "#cfd6dd", "#aeb8c2");
  box(brush, "#8b949e", 250, 0, 60, 190);
  box(brush, "#737c86", 235, 180, 90, 40);
  for (const [x, y, radius] of [[280, 260, 13], [270, 320, 17], [292, 385, 20]]) disc(brush, "#4aa3df", x, y, radius);
  brush.fillStyle = "#4aa3df";
  brush.beginPath();
  brush.ellipse(290, 446, 190, 26, 0, 0, 7);
  brush.fill();
}

/** What there is to choose from: a name, and how it is painted. */
export const SAMPLES = [["House", house], ["Beach", beach], ["Floor plan", plan], ["Leaking pipe", leak]];

/** A sample as a small canvas, to choose it by. */
export function painted(paint) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: WIDE, height: HIGH });
  paint(canvas.getContext("2d"));
  return canvas;
}

/** A sample as a file. */
export const sampleFile = ([name, paint]) => new Promise((resolve) => {
  painted(paint).toBlob((blob) => resolve(new File([blob], `${name.toLowerCase().replace(/ /g, "-")}.jpg`, { type: "image/jpeg" })), "image/jpeg", 0.85);
});
