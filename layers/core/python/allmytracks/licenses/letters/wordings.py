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
    registration: str
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
    keys: str

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
    issued="Issued {0:%d %B %Y, %H:%M:%S} UTC",
    labels={
        "licensor": "Licensor",
        "licensee": "Licensee",
        "end_user": "End user",
        "designated_user": "Designated user",
        "work": "Work",
        "artist": "Artist",
        "track": "Track and file",
        "checksum": "SHA-256 of the file",
        "project": "Project",
        "purpose": "Purpose",
        "platform": "Platform",
        "plan": "Plan",
        "rights": "Rights",
        "audience": "Audience",
        "period": "Period",
        "territory": "Territory",
        "scope": "Scope",
        "prohibited": "Prohibited",
        "publicity": "Publicity",
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
        "worldwide": "Worldwide",
        "one_project_one_purpose": (
            "One download serves one project under one purpose: this licence is for the project and purpose above only."
        ),
        "sublicensing": "This licence cannot be sublicensed.",
        "delegation": "Nobody but the end user named above may use the work under it.",
        "delegation_by_designated_user": "Nobody but the designated user named above may use the work under it.",
        "source_file_resale": "The source file must not be resold or passed on.",
        "source_file_publication": "The source file must not be published or offered for download.",
        "resulting_works_may_be_shown": ("The licensor may show works made under this licence to promote its service."),
    },
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
    signed_file="This file is signed (PAdES): a reader of PDF files shows by whom, and whether it was changed since.",
    signed_terms="All terms are signed again in its attachment {attachment} (JWS, ES256, key {key}).",
    keys="The public keys are at",
)

TRADITIONAL_CHINESE = Wording(
    page=HONG_KONG,
    lang="zh",
    region="HK",
    title="授權書",
    issued="簽發時間：{0.year}年{0.month}月{0.day}日 {0:%H:%M:%S} UTC",
    labels={
        "licensor": "授權方",
        "licensee": "被授權方",
        "end_user": "最終使用者",
        "designated_user": "指定使用者",
        "work": "作品",
        "artist": "創作者",
        "track": "曲目及檔案",
        "checksum": "檔案 SHA-256",
        "project": "項目",
        "purpose": "用途",
        "platform": "平台",
        "plan": "會員方案",
        "rights": "授權範圍",
        "audience": "受眾",
        "period": "期限",
        "territory": "地域",
        "scope": "適用範圍",
        "prohibited": "禁止事項",
        "publicity": "宣傳",
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
        "worldwide": "全球",
        "one_project_one_purpose": "一次下載只供一個項目的一項用途：本授權只適用於上述項目及用途。",
        "sublicensing": "本授權不得轉授。",
        "delegation": "除上述最終使用者外，任何人不得依據本授權使用作品。",
        "delegation_by_designated_user": "除上述指定使用者外，任何人不得依據本授權使用作品。",
        "source_file_resale": "不得轉售或轉交原始檔案。",
        "source_file_publication": "不得公開原始檔案或供人下載。",
        "resulting_works_may_be_shown": "授權方可展示依據本授權製作的作品，以宣傳其服務。",
    },
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
    signed_file="本檔案附有 PAdES 數碼簽署：PDF 閱讀器會顯示簽署者，以及檔案其後有否改動。",
    signed_terms="全部條款另於附件 {attachment} 中簽署（JWS，ES256，密鑰 {key}）。",
    keys="公開密鑰載於",
)

SIMPLIFIED_CHINESE = Wording(
    page=SIMPLIFIED,
    lang="zh",
    region="CN",
    title="授权书",
    issued="签发时间：{0.year}年{0.month}月{0.day}日 {0:%H:%M:%S} UTC",
    labels={
        "licensor": "授权方",
        "licensee": "被授权方",
        "end_user": "最终使用者",
        "designated_user": "指定使用者",
        "work": "作品",
        "artist": "创作者",
        "track": "曲目及文件",
        "checksum": "文件 SHA-256",
        "project": "项目",
        "purpose": "用途",
        "platform": "平台",
        "plan": "会员方案",
        "rights": "授权范围",
        "audience": "受众",
        "period": "期限",
        "territory": "地域",
        "scope": "适用范围",
        "prohibited": "禁止事项",
        "publicity": "宣传",
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
        "worldwide": "全球",
        "one_project_one_purpose": "一次下载只供一个项目的一项用途：本授权只适用于上述项目及用途。",
        "sublicensing": "本授权不得转授。",
        "delegation": "除上述最终使用者外，任何人不得依据本授权使用作品。",
        "delegation_by_designated_user": "除上述指定使用者外，任何人不得依据本授权使用作品。",
        "source_file_resale": "不得转售或转交源文件。",
        "source_file_publication": "不得公开源文件或供人下载。",
        "resulting_works_may_be_shown": "授权方可展示依据本授权制作的作品，以宣传其服务。",
    },
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
    signed_file="本文件附有 PAdES 数字签名：PDF 阅读器会显示签名者，以及文件其后是否改动。",
    signed_terms="全部条款另在附件 {attachment} 中签名（JWS，ES256，密钥 {key}）。",
    keys="公钥载于",
)

WORDINGS = {
    Language.ENGLISH: ENGLISH,
    Language.TRADITIONAL_CHINESE: TRADITIONAL_CHINESE,
    Language.SIMPLIFIED_CHINESE: SIMPLIFIED_CHINESE,
}
