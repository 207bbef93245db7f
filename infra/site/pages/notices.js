/** The member's inbox, and announcements to everybody. */

import { h } from "../dom.js";
import { action } from "../forms.js";
import { api } from "../session.js";
import { pages } from "../tracks.js";
import { day, instant, speaking, t } from "../words.js";

/** An announcement in the page's language, or in English. */
const spoken = (each) => ({ ...each, ...each.translations.find((other) => other.language === speaking()) });

export default async function notices() {
  const [first, announced] = await Promise.all([api.listNotices(), api.listAnnouncements()]);
  const row = (each) => {
    const read = action(t("notices.read"), async () => { await api.readNotice({ id: each.notice_id }); read.remove(); }, { label: `${t("notices.read")}: ${each.subject}` });
    return h("li", {}, h("details", {}, h("summary", {}, each.subject, h("span", { class: "muted" }, ` · ${instant(each.at)}`)), h("pre", {}, each.text)), each.read_at ? null : read);
  };
  const shown = (each) => {
    const { title, text } = spoken(each);
    return h("li", {}, h("h3", {}, title), h("p", {}, text), h("p", { class: "muted" }, day(each.published_at)));
  };
  return h("section", {}, h("h1", {}, t("nav.notices")), h("p", { class: "muted" }, t("notices.unread", { count: first.unread_count })), pages(first, (cursor) => api.listNotices({ cursor }), row),
    announced.items.length ? [h("h2", {}, t("notices.announcements")), pages(announced, (cursor) => api.listAnnouncements({ cursor }), shown)] : null);
}
