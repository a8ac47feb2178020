/** Names of the emoji that are likely here; others are shown by name. */

const NAMES = {
  hourglass_flowing_sand: "⏳", hourglass: "⌛", heavy_check_mark: "✔️", white_check_mark: "✅", exclamation: "❗",
  heavy_exclamation_mark: "❗", warning: "⚠️", x: "❌", no_entry: "⛔", no_entry_sign: "🚫", stop_sign: "🛑",
  eyes: "👀", thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎", heart: "❤️", tada: "🎉", wave: "👋",
  pray: "🙏", clap: "👏", fire: "🔥", rocket: "🚀", smile: "😄", joy: "😂", raised_hands: "🙌", point_right: "👉",
  question: "❓", clock1: "🕐", alarm_clock: "⏰", calendar: "📅", spiral_calendar_pad: "🗓️", moon: "🌙", zzz: "💤",
  lock: "🔒", key: "🔑", bell: "🔔", no_bell: "🔕", house: "🏠", house_with_garden: "🏡", telephone_receiver: "📞",
  iphone: "📱", speech_balloon: "💬", left_speech_bubble: "🗨️", envelope: "✉️", email: "📧", inbox_tray: "📥",
  outbox_tray: "📤", memo: "📝", pencil2: "✏️", paperclip: "📎", frame_with_picture: "🖼️", bust_in_silhouette: "👤",
  busts_in_silhouette: "👥", arrows_counterclockwise: "🔄", leftwards_arrow_with_hook: "↩️", mag: "🔍", gear: "⚙️",
  bar_chart: "📊", chart_with_upwards_trend: "📈", star: "⭐", sparkles: "✨", bulb: "💡", information_source: "ℹ️",
  large_green_circle: "🟢", red_circle: "🔴", large_yellow_circle: "🟡", white_circle: "⚪", construction: "🚧",
};

/** The emoji of a name, or the name between colons. */
export const emoji = (name) => NAMES[name] || `:${name}:`;

/** The same text with the known `:names:` in it shown. */
export const emojified = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => NAMES[name] || whole);

/** The names to choose from. */
export const EMOJI = Object.keys(NAMES);

/** What a person reacts with by one click. */
export const QUICK = ["white_check_mark", "eyes", "+1"];
