"""The words of invoices and credit notes, in every language of documents; `{}` is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allmytracks.documents.fonts import HONG_KONG, SIMPLIFIED, Face
from allmytracks.documents.rules_languages import ENGLISH, SIMPLIFIED_CHINESE, TRADITIONAL_CHINESE
from allmytracks.invoices.rules import InvoiceKind


@dataclass(frozen=True)
class InvoiceWords:
    """The words of one language."""

    page: Face
    lang: str
    region: str | None
    titles: Mapping[InvoiceKind, str]
    labels: Mapping[str, str]
    columns: tuple[str, str, str, str]
    registration: str
    tax_id: str
    contact: str
    returned: str
    paid: str
    paid_by: str
    reverse_charge: str
    page_of: str
    aside: str
    methods: Mapping[str, str]
    taxes: Mapping[str, str]

    def method(self, kind: str) -> str:
        """A kind of payment as its provider names it; without words of ours, its id readable."""
        return self.methods.get(kind) or kind.replace("_", " ")

    def tax(self, name: str) -> str:
        """The published name of a tax, with what this language calls it."""
        return self.taxes.get(name, name)


WORDS: Mapping[str, InvoiceWords] = {
    ENGLISH: InvoiceWords(
        HONG_KONG,
        "en",
        None,
        {InvoiceKind.INVOICE: "Invoice", InvoiceKind.CREDIT_NOTE: "Credit note"},
        {
            "to": "To",
            "number": "Number",
            "date": "Date",
            "about": "About",
            "about_invoice": "About invoice",
            "order": "Order",
            "paid": "Paid",
            "reference": "Payment reference",
            "period": "Membership from",
            "until": "until",
            "net": "Net",
            "tax": "Tax",
            "reverse_charge": "{} (reverse charge)",
            "total": "Total",
        },
        ("Description", "Quantity", "Unit price", "Amount ({})"),
        "Registration no. {}",
        "Tax no. {}",
        "Contact: {}",
        "{} of the payment of invoice {} were returned.",
        "Paid on {}. Nothing is owed.",
        "Paid by {} on {}. Nothing is owed.",
        "Reverse charge: the buyer owes the tax in {}.",
        "Page {} of {}",
        " ({})",
        {
            "alipay": "Alipay",
            "link": "Link",
            "paypal": "PayPal",
            "sepa_debit": "SEPA debit",
            "wechat_pay": "WeChat Pay",
        },
        {},
    ),
    TRADITIONAL_CHINESE: InvoiceWords(
        HONG_KONG,
        "zh",
        "HK",
        {InvoiceKind.INVOICE: "發票", InvoiceKind.CREDIT_NOTE: "退款通知書"},
        {
            "to": "致",
            "number": "編號",
            "date": "日期",
            "about": "關於",
            "about_invoice": "關於發票",
            "order": "訂單",
            "paid": "付款日期",
            "reference": "付款參考編號",
            "period": "會員期由",
            "until": "至",
            "net": "未稅金額",
            "tax": "稅項",
            "reverse_charge": "{}（由買方申報）",
            "total": "總額",
        },
        ("項目", "數量", "單價", "金額（{}）"),
        "註冊編號 {}",
        "稅務編號 {}",
        "聯絡：{}",
        "{}（發票 {} 的付款）已退回。",
        "已於{}付款，沒有欠款。",
        "已以{}於{}付款，沒有欠款。",
        "反向徵收：稅款由買方在{}申報及繳納。",
        "第 {} 頁，共 {} 頁",
        "（{}）",
        {
            "alipay": "支付寶",
            "bank_transfer": "銀行轉帳",
            "card": "銀行卡",
            "link": "Link",
            "paypal": "PayPal",
            "sepa_debit": "SEPA 直接扣帳",
            "wechat_pay": "微信支付",
        },
        {"VAT": "增值稅", "GST": "商品及服務稅", "Consumption tax": "消費稅"},
    ),
    SIMPLIFIED_CHINESE: InvoiceWords(
        SIMPLIFIED,
        "zh",
        "CN",
        {InvoiceKind.INVOICE: "发票", InvoiceKind.CREDIT_NOTE: "退款通知书"},
        {
            "to": "致",
            "number": "编号",
            "date": "日期",
            "about": "关于",
            "about_invoice": "关于发票",
            "order": "订单",
            "paid": "付款日期",
            "reference": "付款参考编号",
            "period": "会员期自",
            "until": "至",
            "net": "未税金额",
            "tax": "税项",
            "reverse_charge": "{}（由买方申报）",
            "total": "总额",
        },
        ("项目", "数量", "单价", "金额（{}）"),
        "注册编号 {}",
        "税务编号 {}",
        "联系：{}",
        "{}（发票 {} 的付款）已退回。",
        "已于{}付款，没有欠款。",
        "已以{}于{}付款，没有欠款。",
        "反向征收：税款由买方在{}申报及缴纳。",
        "第 {} 页，共 {} 页",
        "（{}）",
        {
            "alipay": "支付宝",
            "bank_transfer": "银行转账",
            "card": "银行卡",
            "link": "Link",
            "paypal": "PayPal",
            "sepa_debit": "SEPA 直接扣款",
            "wechat_pay": "微信支付",
        },
        {"VAT": "增值税", "GST": "商品及服务税", "Consumption tax": "消费税"},
    ),
}
