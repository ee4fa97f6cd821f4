// Day and night: by the sun where the driver leaves it to the app, else as she chose.

const LAT = 52.7; // the sun's times differ by minutes across any district in Germany
const LON = 11.1;
const TWILIGHT = -4; // degrees: the sun is down, and a white screen begins to blind

/** How high the sun stands, in degrees: declination and hour angle, good to about one degree. */
export function sunHeight(moment, lat = LAT, lon = LON) {
  const date = new Date(moment);
  const day = (Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - Date.UTC(date.getUTCFullYear(), 0, 0)) / 86_400_000;
  const declination = -23.44 * Math.cos(radians((360 / 365) * (day + 10)));
  const b = radians((360 / 365) * (day - 81));
  const equation = 9.87 * Math.sin(2 * b) - 7.53 * Math.cos(b) - 1.5 * Math.sin(b); // minutes
  const solar = date.getUTCHours() * 60 + date.getUTCMinutes() + 4 * lon + equation;
  const angle = radians(solar / 4 - 180);
  const height =
    Math.sin(radians(lat)) * Math.sin(radians(declination)) +
    Math.cos(radians(lat)) * Math.cos(radians(declination)) * Math.cos(angle);
  return (Math.asin(height) * 180) / Math.PI;
}

function radians(degrees) {
  return (degrees * Math.PI) / 180;
}

export function isNight(choice, moment) {
  if (choice === "day" || choice === "night") return choice === "night";
  return sunHeight(moment) < TWILIGHT;
}

/** Put the colours on the page; `classList` of the root alone, so that no style stands in the page. */
export function showColours(choice, moment) {
  const night = isNight(choice, moment);
  document.documentElement.classList.toggle("night", night);
  document.documentElement.classList.toggle("day", !night);
}
