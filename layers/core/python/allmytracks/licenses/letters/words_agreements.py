"""The words of music licence agreements and special licences, beside those of letters, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allmytracks.licenses.rules import Language


@dataclass(frozen=True)
class AgreementWording:
    """The fixed texts; `{}` is filled in from the document. `prohibited` has a sentence for each code of the terms."""

    agreement: str
    special: str
    labels: Mapping[str, str]
    prohibited: Mapping[str, str]
    unnamed: str
    a_day: str
    scope: str
    outlasts: str
    publicity: str
    price: str
    terms: str
    accepted: str
    price_list: str
    only_licensee: str
    prevails: str


ENGLISH = AgreementWording(
    agreement="Music licence agreement",
    special="Special licence",
    labels={
        "licensor": "Licensor",
        "licensee": "Licensee",
        "designated_user": "Designated user",
        "end_user": "End user",
        "further_users": "Further end users",
        "membership": "Membership",
        "from": "From",
        "to": "To",
        "downloads": "Downloads",
        "permitted": "Permitted uses",
        "not_permitted": "Not permitted",
        "works": "Works",
        "projects": "Projects",
        "purpose": "Purpose",
        "audience": "Audience",
        "period": "Period of use",
        "territory": "Territory",
        "scope": "Scope",
        "conditions": "Conditions",
        "prohibited": "Prohibited",
        "publicity": "Publicity",
        "law": "Law and language",
        "references": "References",
    },
    prohibited={
        "sublicensing": "It cannot be sublicensed.",
        "delegation": "Nobody but an end user whom this document or a licence letter under it names may use a work.",
        "enforcement": "It gives no right to enforce the rights in a work against others.",
        "source_file_resale": "Source files must not be resold or passed on.",
        "source_file_publication": "Source files must not be published or offered for download.",
        "unlawful_occasions": (
            "No work may be used in illegal or pornographic occasions, illegal political propaganda, or illegal medical"
            " or health-care propaganda."
        ),
    },
    unnamed="The one whom the first licence letter of this account names",
    a_day="{} a day while the membership runs",
    scope="A licence letter for a download names its one project and one purpose; only then may the work be used.",
    outlasts="{} of what was licensed; the licence continues after the membership ends.",
    publicity="The licensor may show works made under its licences to promote its service.",
    price="Price {}",
    terms="Terms {}",
    accepted="Terms accepted with the order, SHA-256 {}",
    price_list="Rights row of the price list {}",
    only_licensee="The licensee",
    prevails="Agreements and letters are issued in several languages; the English wording prevails.",
)
TRADITIONAL_CHINESE = AgreementWording(
    agreement="音樂授權協議",
    special="特別授權書",
    labels={
        "licensor": "授權方",
        "licensee": "被授權方",
        "designated_user": "指定使用者",
        "end_user": "最終使用者",
        "further_users": "其他最終使用者",
        "membership": "會員方案",
        "from": "開始",
        "to": "結束",
        "downloads": "下載",
        "permitted": "允許的用途",
        "not_permitted": "不允許的用途",
        "works": "作品",
        "projects": "項目",
        "purpose": "用途",
        "audience": "受眾",
        "period": "使用期限",
        "territory": "地域",
        "scope": "適用範圍",
        "conditions": "使用條件",
        "prohibited": "禁止事項",
        "publicity": "宣傳",
        "law": "法律及語言",
        "references": "參考編號",
    },
    prohibited={
        "sublicensing": "不得轉授。",
        "delegation": "除本文件或其下的授權書所列的最終使用者外，任何人不得使用作品。",
        "enforcement": "不賦予向他人主張或行使作品權利的權利。",
        "source_file_resale": "不得轉售或轉交源文件。",
        "source_file_publication": "不得公開源文件或供人下載。",
        "unlawful_occasions": "不得將作品用於違法或色情場合、違法政治宣傳，或違法醫療保健宣傳。",
    },
    unnamed="由本帳戶的第一份授權書指明",
    a_day="會員資格有效期間每日 {} 次",
    scope="每次下載的授權書指明一個項目及一項用途，其後方可使用作品。",
    outlasts="{}；會員資格終止後，授權繼續有效。",
    publicity="授權方可展示依據其授權製作的作品，以宣傳其服務。",
    price="價格 {}",
    terms="條款 {}",
    accepted="隨訂單接受的條款，SHA-256 {}",
    price_list="價目表 {} 的權利項目",
    only_licensee="被授權方",
    prevails="協議及授權書以多種語言簽發；如有歧義，以英文文本為準。",
)
SIMPLIFIED_CHINESE = AgreementWording(
    agreement="音乐授权协议",
    special="特别授权书",
    labels={
        "licensor": "授权方",
        "licensee": "被授权方",
        "designated_user": "指定使用者",
        "end_user": "最终使用者",
        "further_users": "其他最终使用者",
        "membership": "会员方案",
        "from": "开始",
        "to": "结束",
        "downloads": "下载",
        "permitted": "允许的用途",
        "not_permitted": "不允许的用途",
        "works": "作品",
        "projects": "项目",
        "purpose": "用途",
        "audience": "受众",
        "period": "使用期限",
        "territory": "地域",
        "scope": "适用范围",
        "conditions": "使用条件",
        "prohibited": "禁止事项",
        "publicity": "宣传",
        "law": "法律及语言",
        "references": "参考编号",
    },
    prohibited={
        "sublicensing": "不得转授。",
        "delegation": "除本文件或其下的授权书所列的最终使用者外，任何人不得使用作品。",
        "enforcement": "不赋予向他人主张或行使作品权利的权利。",
        "source_file_resale": "不得转售或转交源文件。",
        "source_file_publication": "不得公开源文件或供人下载。",
        "unlawful_occasions": "不得将作品用于违法或色情场合、违法政治宣传，或违法医疗保健宣传。",
    },
    unnamed="由本账户的第一份授权书指明",
    a_day="会员资格有效期间每日 {} 次",
    scope="每次下载的授权书指明一个项目及一项用途，其后方可使用作品。",
    outlasts="{}；会员资格终止后，授权继续有效。",
    publicity="授权方可展示依据其授权制作的作品，以宣传其服务。",
    price="价格 {}",
    terms="条款 {}",
    accepted="随订单接受的条款，SHA-256 {}",
    price_list="价目表 {} 的权利项目",
    only_licensee="被授权方",
    prevails="协议及授权书以多种语言签发；如有歧义，以英文文本为准。",
)
AGREEMENT_WORDINGS = {
    Language.ENGLISH: ENGLISH,
    Language.TRADITIONAL_CHINESE: TRADITIONAL_CHINESE,
    Language.SIMPLIFIED_CHINESE: SIMPLIFIED_CHINESE,
}
