"""The wording of purposes in licence letters, in every language of letters.

A published price list may have further rows. They are kept, and read as "no" until their wording is here: a right that
no letter can state is not granted (docs/how-to/add-a-purpose.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Words(NamedTuple):
    """A letter's name of a purpose and its group, and examples."""

    name: str
    group: str
    examples: str


class PurposeWords(NamedTuple):
    """The wording of one purpose in each language of letters."""

    english: Words
    traditional_chinese: Words
    simplified_chinese: Words


PURPOSE_WORDS: Mapping[str, PurposeWords] = {
    "social_media": PurposeWords(
        english=Words("Social media", "digital platforms", "channels on social networks and video platforms"),
        traditional_chinese=Words("社交媒體", "數碼平台", "社交網絡及影片平台的頻道"),
        simplified_chinese=Words("社交媒体", "数字平台", "社交网络及视频平台的频道"),
    ),
    "streaming_radio": PurposeWords(
        english=Words("Streaming and radio", "digital platforms", "podcasts, audiobooks, radio, live streams"),
        traditional_chinese=Words("串流及電台", "數碼平台", "播客、有聲書、電台、直播"),
        simplified_chinese=Words("流媒体及电台", "数字平台", "播客、有声书、电台、直播"),
    ),
    "educational_curricula": PurposeWords(
        english=Words("Educational curricula", "education", "online courses, live classes, e-learning"),
        traditional_chinese=Words("教育課程", "教育", "網上課程、直播課堂、電子學習"),
        simplified_chinese=Words("教育课程", "教育", "在线课程、直播课堂、电子学习"),
    ),
    "academic": PurposeWords(
        english=Words("Academic work", "education", "theses and assignments"),
        traditional_chinese=Words("學術作品", "教育", "論文及功課"),
        simplified_chinese=Words("学术作品", "教育", "论文及作业"),
    ),
    "audiovisual": PurposeWords(
        english=Words("Audiovisual productions", "media", "film, television, documentaries, animation"),
        traditional_chinese=Words("視聽製作", "媒體", "電影、電視、紀錄片、動畫"),
        simplified_chinese=Words("视听制作", "媒体", "电影、电视、纪录片、动画"),
    ),
    "ads_promos": PurposeWords(
        english=Words("Advertisements and promotions", "media", "commercials online, on television, on shops' screens"),
        traditional_chinese=Words("廣告及推廣", "媒體", "網上、電視及店舖螢幕的廣告"),
        simplified_chinese=Words("广告及推广", "媒体", "网络、电视及店铺屏幕的广告"),
    ),
    "software_embedding": PurposeWords(
        english=Words("Software embedding", "product integration", "games, apps, mini programs"),
        traditional_chinese=Words("軟件嵌入", "產品整合", "遊戲、應用程式、小程式"),
        simplified_chinese=Words("软件嵌入", "产品集成", "游戏、应用、小程序"),
    ),
    "hardware_embedding": PurposeWords(
        english=Words("Hardware embedding", "product integration", "devices, vehicles, toys, consoles"),
        traditional_chinese=Words("硬件嵌入", "產品整合", "裝置、車輛、玩具、遊戲機"),
        simplified_chinese=Words("硬件嵌入", "产品集成", "设备、车辆、玩具、游戏机"),
    ),
    "offline_venue": PurposeWords(
        english=Words("Offline venues", "offline", "background music in shops, restaurants, bars, cinemas, at events"),
        traditional_chinese=Words("線下場所", "線下", "在商店、餐廳、酒吧、戲院及活動中播放的背景音樂"),
        simplified_chinese=Words("线下场所", "线下", "在商店、餐厅、酒吧、影院及活动中播放的背景音乐"),
    ),
}


def id_in_words(published: str) -> str:
    """A published id for people where there is no wording: `hardware_embedding` without the underscore."""
    return published.replace("_", " ")
