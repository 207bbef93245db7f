"""The wording of letters in each language: one sentence for each term that a licence holds as a code.

The signed code is binding, the same in every language; English is its first wording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allmytracks.accounts.rules_end_users import LicenseeKind
from allmytracks.documents.fonts import HONG_KONG, SIMPLIFIED, Face
from allmytracks.foundation.errors import Unavailable
from allmytracks.licenses.rules import Language
from allmytracks.memberships.rules_purpose_words import PURPOSE_WORDS, Words, id_in_words
from allmytracks.memberships.rules_rights import ProjectKind, Purpose, Right


@dataclass(frozen=True)
class Wording:
    """The fixed texts of a letter; `{}` is filled in from the licence."""

    page: Face
    lang: str
    region: str | None
    title: str
    issued: str
    labels: Mapping[str, str]
    kinds: Mapping[LicenseeKind, str]
    project_kinds: Mapping[ProjectKind, str]
    purposes: Mapping[Purpose, Words]
    rights: Mapping[Right, str]
    codes: Mapping[str, str]
    conditions: Mapping[str, tuple[str, str]]
    registration: str
    contact: str
    tax: str
    only_licensee: str
    joint_liability: str
    use: str
    row: str
    order: str
    download: str
    supersedes: str
    check: str
    code: str
    signed_by: str
    signed_file: str
    signed_terms: str
    signatory: str
    keys: str
    agreement: str
    agreement_text: str
    price_list: str
    isrc: str
    no_society: str
    societies: str

    def purpose(self, purpose: Purpose) -> Words:
        """The wording of a purpose. Raises Unavailable where this version of the code has none."""
        if purpose not in self.purposes:
            raise Unavailable(f"No letter for {id_in_words(purpose)} can be printed at the moment. Try again later.")
        return self.purposes[purpose]

    def listed(self, purpose: Purpose) -> str:
        """A purpose in a list, with its examples where it has a wording."""
        words = self.purposes.get(purpose)
        return f"{words.name}: {words.examples}" if words else id_in_words(purpose)


ENGLISH = Wording(
    page=HONG_KONG,
    lang="en",
    region=None,
    title="Licence letter",
    issued="Issued {}",
    labels={
        "licensor": "Licensor",
        "licensee": "Licensee",
        "end_user": "End user",
        "designated_user": "Designated user",
        "work": "Work",
        "artist": "Artist",
        "composer": "Composer and author",
        "recording": "Recording",
        "track": "Track and file",
        "checksum": "SHA-256 of the file",
        "project": "Project",
        "purpose": "Purpose",
        "platform": "Platform",
        "channel": "Published at",
        "plan": "Plan",
        "rights": "Rights",
        "conditions": "Conditions",
        "audience": "Audience",
        "period": "Period",
        "territory": "Territory",
        "scope": "Scope",
        "prohibited": "Prohibited",
        "publicity": "Publicity",
        "claims": "Content ID claims",
        "agreement": "Agreement",
        "law": "Law and language",
        "references": "References",
        "signature": "Signed for the licensor",
    },
    kinds={LicenseeKind.INDIVIDUAL: "An individual", LicenseeKind.ENTERPRISE: "An enterprise"},
    project_kinds={ProjectKind.PERSONAL: "A personal project", ProjectKind.ENTERPRISE: "An enterprise project"},
    purposes={purpose: words.english for purpose, words in PURPOSE_WORDS.items()},
    rights={
        Right.YES: "permitted by this plan",
        Right.PERSONAL: "permitted by this plan for the licensee's own personal work only",
        Right.NO: "not permitted",
    },
    codes={
        "whole_catalogue": "The plan covers the whole catalogue, music and sound effects.",
        "unlimited": "No limit",
        "perpetual_synchronisation": "Perpetual synchronisation",
        "outlasts_membership": "The licence outlasts the membership: it stays valid when the membership ends.",
        "worldwide": "Worldwide",
        "one_project_one_purpose": (
            "One download serves one project under one purpose: this licence is for the project and purpose above only."
        ),
        "sublicensing": "This licence cannot be sublicensed.",
        "delegation": "Nobody but the end user named above may use the work under it.",
        "delegation_by_designated_user": "Nobody but the designated user named above may use the work under it.",
        "enforcement": "This licence gives no right to enforce the rights in the work against others.",
        "source_file_resale": "The source file must not be resold or passed on.",
        "source_file_publication": "The source file must not be published or offered for download.",
        "unlawful_occasions": (
            "The work must not be used in illegal or pornographic occasions, illegal political propaganda, or illegal"
            " medical or health-care propaganda."
        ),
        "resulting_works_may_be_shown": "The licensor may show works made under this licence to promote its service.",
        "may_be_named": "It may use the licensee's name, trademark and logo for this.",
        "not_to_be_named": "It must not use the licensee's name, trademark or logo for this.",
        "content_id": (
            "This licence is the permission to use the work in the project above. If a platform claims the project's"
            " sound, dispute the claim with the licence number and this address:"
        ),
        "hong_kong": "The law of Hong Kong applies; its courts decide.",
        "en": "Letters are issued in several languages; the English wording prevails.",
    },
    conditions={
        "monetisation": ("The project may earn money.", "The project must not earn money."),
        "editing": (
            "The music may be cut, looped and mixed for the project.",
            "The music must not be edited, other than to cut it to length.",
        ),
        "attribution": (
            "The project must name the work and its artist.",
            "The work and its artist need not be named.",
        ),
    },
    contact="Contact: {}",
    registration="Registration number {}",
    tax="Tax number {}",
    only_licensee="The licensee, and nobody else",
    joint_liability="Licensee and designated user are both bound by this licence and jointly liable for its use.",
    use="{purpose}: {examples}",
    row="{purpose} ({group}): {right}",
    order="Order {}",
    download="Download {}",
    supersedes="Takes the place of licence {}",
    check="Check this letter: scan the code, or open",
    code="QR code that leads to the verification of licence {}",
    signed_by="Issued electronically; valid without a handwritten signature.",
    signatory="By {}",
    agreement="{title}, version {version}",
    agreement_text="Its text is at",
    price_list="By the rights row of the price list {list}, which holds for good ({terms}).",
    isrc="ISRC {}",
    no_society="In no performing rights society's repertoire",
    societies="Performing rights: {}",
    signed_file="This file is signed (PAdES): a reader of PDF files shows by whom, and whether it was changed since.",
    signed_terms="All terms are signed again in its attachment {attachment} (JWS, ES256). Key:",
    keys="The public keys are at",
)

TRADITIONAL_CHINESE = Wording(
    page=HONG_KONG,
    lang="zh",
    region="HK",
    title="授權書",
    issued="簽發時間：{}",
    labels={
        "licensor": "授權方",
        "licensee": "被授權方",
        "end_user": "最終使用者",
        "designated_user": "指定使用者",
        "work": "作品",
        "artist": "創作者",
        "composer": "作曲及作詞",
        "recording": "錄音資料",
        "track": "曲目及檔案",
        "checksum": "檔案 SHA-256",
        "project": "項目",
        "purpose": "用途",
        "platform": "平台",
        "channel": "發佈頻道或網址",
        "plan": "會員方案",
        "rights": "授權範圍",
        "conditions": "使用條件",
        "audience": "受眾",
        "period": "期限",
        "territory": "地域",
        "scope": "適用範圍",
        "prohibited": "禁止事項",
        "publicity": "宣傳",
        "claims": "Content ID 申索",
        "agreement": "適用協議",
        "law": "法律及語言",
        "references": "參考編號",
        "signature": "授權方簽署",
    },
    kinds={LicenseeKind.INDIVIDUAL: "個人", LicenseeKind.ENTERPRISE: "企業"},
    project_kinds={ProjectKind.PERSONAL: "個人項目", ProjectKind.ENTERPRISE: "企業項目"},
    purposes={purpose: words.traditional_chinese for purpose, words in PURPOSE_WORDS.items()},
    rights={
        Right.YES: "本方案准許",
        Right.PERSONAL: "本方案只准許用於被授權方本人的個人作品",
        Right.NO: "不准許",
    },
    codes={
        "whole_catalogue": "本方案涵蓋曲庫全部內容，包括音樂及音效。",
        "unlimited": "不限",
        "perpetual_synchronisation": "永久同步使用",
        "outlasts_membership": "本授權不因會員資格屆滿而終止，其後仍然有效。",
        "worldwide": "全球",
        "one_project_one_purpose": "一次下載只供一個項目的一項用途：本授權只適用於上述項目及用途。",
        "sublicensing": "本授權不得轉授。",
        "delegation": "除上述最終使用者外，任何人不得依據本授權使用作品。",
        "delegation_by_designated_user": "除上述指定使用者外，任何人不得依據本授權使用作品。",
        "enforcement": "本授權不賦予向他人主張或行使作品權利的權利。",
        "source_file_resale": "不得轉售或轉交原始檔案。",
        "source_file_publication": "不得公開原始檔案或供人下載。",
        "unlawful_occasions": "不得將作品用於違法或色情場合、違法政治宣傳，或違法醫療保健宣傳。",
        "resulting_works_may_be_shown": "授權方可展示依據本授權製作的作品，以宣傳其服務。",
        "may_be_named": "授權方可為此使用被授權方的名稱、商標及標誌。",
        "not_to_be_named": "授權方不得為此使用被授權方的名稱、商標或標誌。",
        "content_id": (
            "本授權即為在上述項目中使用該作品的許可。如平台就項目的聲音提出申索，請以授權編號及以下網址提出異議："
        ),
        "hong_kong": "適用香港法律，由香港法院管轄。",
        "en": "授權書以多種語言簽發；如有歧義，以英文文本為準。",
    },
    conditions={
        "monetisation": ("項目可以營利。", "項目不得營利。"),
        "editing": ("可為項目剪接、循環播放及混音。", "除剪短長度外，不得改動音樂。"),
        "attribution": ("項目須註明作品及藝人名稱。", "無須註明作品及藝人名稱。"),
    },
    contact="聯絡：{}",
    registration="註冊編號 {}",
    tax="稅務編號 {}",
    only_licensee="只限被授權方本身",
    joint_liability="被授權方與指定使用者均受本授權約束，並就其使用承擔連帶責任。",
    use="{purpose}：{examples}",
    row="{purpose}（{group}）：{right}",
    order="訂單 {}",
    download="下載 {}",
    supersedes="取代授權書 {}",
    check="查核本授權書：掃描二維碼，或開啟",
    code="二維碼，連往授權書 {} 的查核頁面",
    signed_by="以電子方式簽發，無須親筆簽署即告有效。",
    signatory="簽署人：{}",
    agreement="{title}，版本 {version}",
    agreement_text="全文載於",
    price_list="依據價目表 {list} 的權利項目，永久適用（{terms}）。",
    isrc="ISRC {}",
    no_society="不屬任何表演權組織的曲目",
    societies="表演權組織：{}",
    signed_file="本檔案附有 PAdES 數碼簽署：PDF 閱讀器會顯示簽署者，以及檔案其後有否改動。",
    signed_terms="全部條款另於附件 {attachment} 中簽署（JWS，ES256）。密鑰：",
    keys="公開密鑰載於",
)

SIMPLIFIED_CHINESE = Wording(
    page=SIMPLIFIED,
    lang="zh",
    region="CN",
    title="授权书",
    issued="签发时间：{}",
    labels={
        "licensor": "授权方",
        "licensee": "被授权方",
        "end_user": "最终使用者",
        "designated_user": "指定使用者",
        "work": "作品",
        "artist": "创作者",
        "composer": "作曲及作词",
        "recording": "录音资料",
        "track": "曲目及文件",
        "checksum": "文件 SHA-256",
        "project": "项目",
        "purpose": "用途",
        "platform": "平台",
        "channel": "发布频道或网址",
        "plan": "会员方案",
        "rights": "授权范围",
        "conditions": "使用条件",
        "audience": "受众",
        "period": "期限",
        "territory": "地域",
        "scope": "适用范围",
        "prohibited": "禁止事项",
        "publicity": "宣传",
        "claims": "Content ID 申诉",
        "agreement": "适用协议",
        "law": "法律及语言",
        "references": "参考编号",
        "signature": "授权方签署",
    },
    kinds={LicenseeKind.INDIVIDUAL: "个人", LicenseeKind.ENTERPRISE: "企业"},
    project_kinds={ProjectKind.PERSONAL: "个人项目", ProjectKind.ENTERPRISE: "企业项目"},
    purposes={purpose: words.simplified_chinese for purpose, words in PURPOSE_WORDS.items()},
    rights={
        Right.YES: "本方案允许",
        Right.PERSONAL: "本方案只允许用于被授权方本人的个人作品",
        Right.NO: "不允许",
    },
    codes={
        "whole_catalogue": "本方案涵盖曲库全部内容，包括音乐及音效。",
        "unlimited": "不限",
        "perpetual_synchronisation": "永久同步使用",
        "outlasts_membership": "本授权不因会员资格届满而终止，其后仍然有效。",
        "worldwide": "全球",
        "one_project_one_purpose": "一次下载只供一个项目的一项用途：本授权只适用于上述项目及用途。",
        "sublicensing": "本授权不得转授。",
        "delegation": "除上述最终使用者外，任何人不得依据本授权使用作品。",
        "delegation_by_designated_user": "除上述指定使用者外，任何人不得依据本授权使用作品。",
        "enforcement": "本授权不赋予向他人主张或行使作品权利的权利。",
        "source_file_resale": "不得转售或转交源文件。",
        "source_file_publication": "不得公开源文件或供人下载。",
        "unlawful_occasions": "不得将作品用于违法或色情场合、违法政治宣传，或违法医疗保健宣传。",
        "resulting_works_may_be_shown": "授权方可展示依据本授权制作的作品，以宣传其服务。",
        "may_be_named": "授权方可为此使用被授权方的名称、商标及标志。",
        "not_to_be_named": "授权方不得为此使用被授权方的名称、商标或标志。",
        "content_id": (
            "本授权即为在上述项目中使用该作品的许可。如平台就项目的声音提出版权主张，请以授权编号及以下网址提出异议："
        ),
        "hong_kong": "适用香港法律，由香港法院管辖。",
        "en": "授权书以多种语言签发；如有歧义，以英文文本为准。",
    },
    conditions={
        "monetisation": ("项目可以营利。", "项目不得营利。"),
        "editing": ("可为项目剪辑、循环播放及混音。", "除剪短长度外，不得改动音乐。"),
        "attribution": ("项目须注明作品及艺人名称。", "无须注明作品及艺人名称。"),
    },
    contact="联系：{}",
    registration="注册编号 {}",
    tax="税务编号 {}",
    only_licensee="仅限被授权方本身",
    joint_liability="被授权方与指定使用者均受本授权约束，并就其使用承担连带责任。",
    use="{purpose}：{examples}",
    row="{purpose}（{group}）：{right}",
    order="订单 {}",
    download="下载 {}",
    supersedes="取代授权书 {}",
    check="查验本授权书：扫描二维码，或打开",
    code="二维码，链接到授权书 {} 的查验页面",
    signed_by="以电子方式签发，无须亲笔签署即告有效。",
    signatory="签署人：{}",
    agreement="{title}，版本 {version}",
    agreement_text="全文载于",
    price_list="依据价目表 {list} 的权利项目，永久适用（{terms}）。",
    isrc="ISRC {}",
    no_society="不属任何表演权组织的曲目",
    societies="表演权组织：{}",
    signed_file="本文件附有 PAdES 数字签名：PDF 阅读器会显示签名者，以及文件其后是否改动。",
    signed_terms="全部条款另在附件 {attachment} 中签名（JWS，ES256）。密钥：",
    keys="公钥载于",
)

WORDINGS = {
    Language.ENGLISH: ENGLISH,
    Language.TRADITIONAL_CHINESE: TRADITIONAL_CHINESE,
    Language.SIMPLIFIED_CHINESE: SIMPLIFIED_CHINESE,
}
