"""What surrounds the text of every mail, in each language; what mails say is in allmytracks.mails."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from allmytracks.foundation.messages import Why


class Frame(Struct, frozen=True):
    """The words around a mail's text; `stop` and `stop_at` are of offers alone."""

    greeting: str
    why: Mapping[Why, str]
    caution: str
    stop: str
    stop_at: str


FRAMES: Mapping[str, Frame] = {
    "en": Frame(
        greeting="Hello,",
        why={
            Why.ACCOUNT: "You get this mail because it is about your account at AllMyTracks, which has this address.",
            Why.ADDRESS_GIVEN: (
                "You get this mail because somebody gave this address at AllMyTracks. If it was not you, ignore it."
            ),
            Why.TICKET: "You get this mail because you, or somebody with this address, wrote to us.",
            Why.OFFERS: "You get this mail because you consented to offers by mail.",
        },
        caution="We never ask for your password or a code by mail or telephone.",
        stop="Stop these mails",
        stop_at="To stop them, open this link: ",
    ),
    "zh-Hant": Frame(
        greeting="你好：",
        why={
            Why.ACCOUNT: "你收到此郵件，是因為它與你在 AllMyTracks 的帳戶有關，該帳戶使用此地址。",
            Why.ADDRESS_GIVEN: "你收到此郵件，是因為有人在 AllMyTracks 填寫了此地址。如果不是你，無須理會。",
            Why.TICKET: "你收到此郵件，是因為你或使用此地址的人聯絡過我們。",
            Why.OFFERS: "你收到此郵件，是因為你同意以郵件接收優惠資訊。",
        },
        caution="我們絕不會以郵件或電話索取你的密碼或驗證碼。",
        stop="停止接收這類郵件",
        stop_at="如要停止接收，請打開此連結：",
    ),
    "zh-Hans": Frame(
        greeting="你好：",
        why={
            Why.ACCOUNT: "你收到此邮件，是因为它与你在 AllMyTracks 的账户有关，该账户使用此地址。",
            Why.ADDRESS_GIVEN: "你收到此邮件，是因为有人在 AllMyTracks 填写了此地址。如果不是你，无须理会。",
            Why.TICKET: "你收到此邮件，是因为你或使用此地址的人联系过我们。",
            Why.OFFERS: "你收到此邮件，是因为你同意以邮件接收优惠信息。",
        },
        caution="我们绝不会以邮件或电话索取你的密码或验证码。",
        stop="停止接收这类邮件",
        stop_at="如要停止接收，请打开此链接：",
    ),
}
