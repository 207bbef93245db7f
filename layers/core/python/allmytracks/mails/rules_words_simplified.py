"""The words of mails and notices in Simplified Chinese."""

from __future__ import annotations

from allmytracks.mails.rules import Catalogue

_ORDERS = {
    "MembershipActivated": (
        "你的 AllMyTracks 会员资格",
        "谢谢。你的付款 {amount} 已确认，{plan} 会员资格现已生效。{span}\n\n发票附于你的订单：{site}/orders/{order}\n",
    ),
    "OrderFailed": (
        "你的 AllMyTracks 订单未付款",
        "你的 {plan} 订单未付款，会员资格因此没有开始。{why}\n\n你的订单：{site}/orders/{order}\n",
    ),
    "PaymentReturned": (
        "你的 AllMyTracks 付款已退回",
        "你的 {plan} 订单的付款 {returned} 已退回。{over}\n\n你的订单：{site}/orders/{order}\n",
    ),
    "PaymentPartlyReturned": (
        "你的 AllMyTracks 付款已部分退回",
        "你的 {plan} 订单的付款至今已退回 {returned}。{goes_on}\n\n你的订单：{site}/orders/{order}\n",
    ),
    "OrderDeclined": (
        "你的 AllMyTracks 订单被拒绝",
        "我们拒绝了你的 {plan} 订单。{why}{settled}\n\n你的订单：{site}/orders/{order}\n",
    ),
    "MembershipRestored": (
        "你的 AllMyTracks 会员资格恢复",
        "你的 {plan} 订单的款项最终已收到，其会员资格重新归你使用。{span}\n\n你的订单：{site}/orders/{order}\n",
    ),
    "MembershipCancelled": (
        "你的 AllMyTracks 会员资格已取消",
        "此订单的 {plan} 会员资格已结束。{why}按照约定，费用不予退还。\n\n你的订单：{site}/orders/{order}\n",
    ),
    "MembershipEnding": (
        "你的 AllMyTracks 会员资格即将到期",
        (
            "你的 {plan} 会员资格将于 {until} 到期。在此之前购买的会员资格会在到期时开始。\n\n"
            "会员资格不会自动续期。如要继续，请另行购买：{site}/plans\n"
        ),
    ),
    "MembershipEnded": (
        "你的 AllMyTracks 会员资格已到期",
        (
            "你的 {plan} 会员资格已于 {until} 到期。你已取得的授权仍然有效。\n\n"
            "会员资格不会自动续期。如要继续，请另行购买：{site}/plans\n"
        ),
    ),
}
_STORAGE = {
    "SubscriptionPaid": (
        "你的 AllMyTracks 云存储已付款",
        (
            "谢谢。你为云存储（{plan}）支付的 {amount} 已确认。{month}{renews}\n\n"
            "发票附于你的订单：{site}/orders/{order}\n"
        ),
    ),
    "RenewalFailed": (
        "你的 AllMyTracks 云存储付款失败",
        (
            "你的云存储（{plan}）下一个月的费用（{amount}）未能扣取。{why}我们会在未来几天再试，"
            "在此之前你的录像会保留。请检查你的卡：如果没有付款，云存储将会结束，你的录像会被删除。\n\n"
            "你的订单：{site}/orders/{order}\n"
        ),
    ),
    "SubscriptionCancelled": (
        "你的 AllMyTracks 云存储已取消",
        (
            "你的云存储（{plan}）已取消。{why}你可以使用至订阅所示的日期，届时你的录像会被删除。{refund}\n\n"
            "你的订单：{site}/orders/{order}\n"
        ),
    ),
    "SubscriptionRenewing": (
        "你的 AllMyTracks 云存储即将续期",
        (
            "你的云存储将于 {until} 续期，届时照旧收取 {amount}。如果你不想续期，请在此之前取消："
            "你仍可使用至已付款期间结束。\n\n你的订阅：{site}/storage\n"
        ),
    ),
    "StorageTrialStarted": (
        "你的 AllMyTracks 云存储试用已开始",
        (
            "你的设备“{device}”的云存储试用已于 {at} 开始，将于 {until} 结束。录像保存 {days} 天。"
            "试用会自行结束，不会收费；试用不能转移到其他设备。\n\n你的设备：{site}/storage\n"
        ),
    ),
    "DeviceReleased": (
        "一台设备已从你的 AllMyTracks 账户解除绑定",
        (
            "设备“{device}”已于 {at} 从你的账户解除绑定。持有其认领码的人现在可以将它添加到自己的账户。"
            "如果这不是你本人的操作，请立即重新添加该设备并联系我们。\n\n你的设备：{site}/storage\n"
        ),
    ),
    "StorageTrialEnding": (
        "你的 AllMyTracks 云存储试用即将结束",
        (
            "你的设备“{device}”的云存储试用将于 {until} 结束。试用会自行结束，不会收费。之后其"
            "录像无法播放，并会被删除。如要继续录像，请在此之前选择套餐：{site}/storage\n"
        ),
    ),
    "StorageEnding": (
        "你的 AllMyTracks 云存储即将结束",
        (
            "你的设备“{device}”的云存储将于 {until} 结束，不会自动续期；结束后其录像无法播放，"
            "并会被删除。在此之前购买的套餐会在其结束时开始，你的录像得以延续：{site}/storage\n"
        ),
    ),
    "StorageEnded": (
        "你的 AllMyTracks 云存储已结束",
        (
            "你的设备“{device}”的云存储已于 {until} 结束。其录像不能再播放，并会被删除。如要再"
            "次录像，请选择套餐：{site}/storage\n"
        ),
    ),
    "RetentionShortening": (
        "你的 AllMyTracks 录像保存天数将减少",
        (
            "设备“{device}”的录像现在保存 {before} 天，自 {until} 起保存 {days"
            "} 天。届时较旧的录像会被删除；请在此之前保存你想保留的录像：{site}/storage\n"
        ),
    ),
    "OrderFailed.storage": (
        "你的 AllMyTracks 订单未付款",
        "你的云存储（{plan}）订单未付款，服务因此没有开始。{why}\n\n你的订单：{site}/orders/{order}\n",
    ),
    "PaymentReturned.storage": (
        "你的 AllMyTracks 付款已退回",
        "你的云存储（{plan}）的付款（{returned}）已退回。\n\n你的订单：{site}/orders/{order}\n",
    ),
    "PaymentPartlyReturned.storage": (
        "你的 AllMyTracks 付款已部分退回",
        "你的云存储（{plan}）的付款至今已退回 {returned}。\n\n你的订单：{site}/orders/{order}\n",
    ),
    "MembershipRestored.storage": (
        "你的 AllMyTracks 云存储恢复",
        "你的云存储（{plan}）的款项最终已收到，服务已恢复。\n\n你的订单：{site}/orders/{order}\n",
    ),
}
_LICENSES = {
    "LicenseIssued": (
        "你的 AllMyTracks 授权书",
        "你的授权书{work}已发出，编号为 {number}。\n\n授权书，以及平台提出音乐主张时可用的文字：{site}/licenses/{number}\n",
    ),
    "LicenseRevoked": (
        "你的 AllMyTracks 账户有一份授权书被撤销",
        (
            "你的授权书 {number} 已被撤销。查核被撤销授权书的人会看到撤销的时间，有关作品不得再凭此授权书使用。\n\n"
            "原因：{reason}。\n\n你的授权书及各自的撤销时间：{site}/licenses?status=revoked\n"
            "如果你认为这是错误的，请联络客服：{site}/support\n"
        ),
    ),
    "LicensesRevoked": (
        "你的 AllMyTracks 账户有授权书被撤销",
        (
            "你的账户有多份授权书已被撤销。查核被撤销授权书的人会看到撤销的时间，有关作品不得再凭这些授权书使用。\n\n"
            "原因：{reason}。\n\n你的授权书及各自的撤销时间：{site}/licenses?status=revoked\n"
            "如果你认为这是错误的，请联络客服：{site}/support\n"
        ),
    ),
    "LicenseSuperseded": (
        "AllMyTracks 更正后的授权书",
        (
            "由于名称有笔误，我们发出了另一份授权书 {superseded_by}，取代你的授权书 {number}。其条款、项目和用途不变。"
            "从现在起请使用新的授权书：查核旧授权书的人会被引导至新的一份。你的账户中有同样笔误的其他授权书和协议也以同样方式更换。\n\n"
            "原因：{reason}。\n\n你的授权书：{site}/licenses\n"
        ),
    ),
    "MusicAgreementIssued": (
        "你的 AllMyTracks 音乐授权协议",
        (
            "你的会员资格的音乐授权协议已备妥，编号为 {number}；任何人都可以像查核授权书一样查核它。\n\n"
            "你的订单及其协议：{site}/orders\n"
        ),
    ),
}
_SPECIAL = {
    "SpecialLicenseQuoted": (
        "AllMyTracks 为你提供的特别授权",
        (
            "我们为你提供了一份特别授权的报价，价格为 {amount}。请阅读并接受其条款，并在 {valid_until}（UTC）结束前付款；"
            "之后你会收到授权书。你可以不接受，你的会员资格不受影响。\n\n报价：{site}/orders/{order}\n"
        ),
    ),
    "SpecialLicensePaid": (
        "你的 AllMyTracks 特别授权已付款",
        (
            "谢谢。你为特别授权支付的 {amount} 已确认。授权书正在制作；你会收到另一则附有编号的信息。\n\n"
            "发票附于你的订单：{site}/orders/{order}\n"
        ),
    ),
    "OrderFailed.special": (
        "你的 AllMyTracks 订单未付款",
        "你的特别授权订单未付款，授权书因此没有发出。{why}\n\n你的订单：{site}/orders/{order}\n",
    ),
    "PaymentReturned.special": (
        "你的 AllMyTracks 付款已退回",
        "你的特别授权的付款（{returned}）已退回，授权因此结束。\n\n你的订单：{site}/orders/{order}\n",
    ),
    "PaymentPartlyReturned.special": (
        "你的 AllMyTracks 付款已部分退回",
        "你的特别授权的付款至今已退回 {returned}。授权照常有效。\n\n你的订单：{site}/orders/{order}\n",
    ),
    "OrderDeclined.special": (
        "特别授权的报价已撤回",
        "我们撤回了特别授权的报价，因此不能再付款。{settled}\n\n报价：{site}/orders/{order}\n",
    ),
    "MembershipRestored.special": (
        "你的 AllMyTracks 款项最终已收到",
        (
            "你的特别授权的款项最终已收到。如果其授权书之前已被撤销，请联络我们：你会收到另一份。\n\n"
            "你的订单：{site}/orders/{order}\n"
        ),
    ),
    "SpecialLicenseIssued": (
        "你的 AllMyTracks 特别授权书",
        (
            "你的特别授权书已发出，条款与你所接受的完全一致，编号为 {number}；任何人都可以像查核授权书一样查核它。\n\n"
            "你的订单及其授权书：{site}/orders\n"
        ),
    ),
}
_MEASURES = {
    "AccountRestricted": (
        "你的 AllMyTracks 账户受到限制",
        "你的账户暂时受到限制：不能下载、取得授权或下订单。你已有的一切仍属于你，账户会自动恢复。",
    ),
    "RestrictionLifted": (
        "你的 AllMyTracks 账户已解除限制",
        "你的账户的限制已解除。你可以立即重新下载、取得授权和下订单。",
    ),
    "AccountBanned": (
        "你的 AllMyTracks 账户被封禁",
        "你的账户已被封禁。你不能再登录、下载、取得授权或购买。",
    ),
    "AccountUnbanned": ("你的 AllMyTracks 账户已重新开放", "你的账户不再被封禁。"),
    "AccountFrozen": (
        "你的 AllMyTracks 账户已冻结",
        "你的账户已冻结，所有登录状态均已结束。在证明账户属于你之前，任何人都不能登录。",
    ),
    "AccountUnfrozen": (
        "你的 AllMyTracks 账户已解冻",
        "你的账户已重新开放。如果其他人可能知道旧密码，请在登录前设置新密码。",
    ),
    "AccountSuspended": (
        "你的 AllMyTracks 账户已暂停",
        "你的账户已暂停：你可以登录和阅读，但不能做其他事情。如果导致暂停的事情没有解决，账户可能会被关闭。",
    ),
    "AccountReinstated": ("你的 AllMyTracks 账户已重新开放", "你的账户的暂停已撤回。"),
    "GuardianAsked": (
        "你的 AllMyTracks 账户正等待你的监护人",
        (
            "我们发现你尚未成年。我们已致函你的监护人；在你的监护人同意之前，你的账户只能阅读。如果在下述时间前未获同意，"
            "你的账户会被关闭，数据会被删除。你可以再次向监护人发送链接：{site}/account"
        ),
    ),
    "CorrectionDemanded": (
        "请更正你的 AllMyTracks 账户数据",
        (
            "我们发现你的账户的以下数据不真实或不完整：{fields}。请更正，完成后联络客服。在此之前，"
            "你的账户不能下载、取得授权或下订单；如果在下述时间仍未更正，账户会被暂停，并可能被关闭。\n\n你的数据：{site}/account"
        ),
    ),
    "CorrectionAccepted": (
        "你的 AllMyTracks 账户数据已更正",
        "谢谢：你的账户可以重新下载、取得授权和下订单。",
    ),
    "TextTakenOff": (
        "你的 AllMyTracks 账户有一段文字被移除",
        "我们移除了你的账户的这段文字（{fields}），因为它违反使用规则：“{text}”。",
    ),
    "TextDemanded": (
        "请修改你的 AllMyTracks 账户的一段文字",
        (
            "你的账户的这段文字（{fields}）违反使用规则：“{text}”。请在下述时间前修改或移除；否则你的账户会被暂停。\n\n"
            "你的数据：{site}/account"
        ),
    ),
    "LetterOfAuthorityAccepted": (
        "你的授权委托书已获接纳",
        "我们已审阅并接纳贵企业的授权委托书。你无须再做任何事。",
    ),
    "LetterOfAuthorityRefused": (
        "请另行提交授权委托书",
        (
            "我们已审阅贵企业的授权委托书，但未能接纳。请在下述时间前另行提交。你的会员资格和授权书不受影响。\n\n"
            "提交之处：{site}/account/enterprise"
        ),
    ),
    "ClosingRefused": (
        "你的 AllMyTracks 账户维持开放",
        "你关闭账户的申请被拒绝。目前有何阻碍，以及申请的状态：{site}/account/closing",
    ),
    "InactivityWarned": (
        "你的 AllMyTracks 账户即将暂停",
        "你已很久没有使用账户。登录一次即可保留账户：否则账户会在下述时间暂停，并在一段时间后关闭。",
    ),
    "DownloadRevoked": (
        "你的 AllMyTracks 账户有一项下载被撤销",
        (
            "你的账户有一项下载已被撤销：其文件不再有链接。其授权书不受影响；如果授权书也被撤销，另有邮件通知。\n\n"
            "是哪一项：{site}/downloads"
        ),
    ),
    "DamagesRecorded": (
        "你的 AllMyTracks 账户记录了一项损害赔偿",
        "我们就违反协议使用音乐，对你记录了 {amount} 的赔偿要求。",
    ),
}
_ACCESS = {
    "PasswordChanged": (
        "你的 AllMyTracks 密码已更改",
        "你的账户的密码已更改，其他所有登录状态均已结束。",
    ),
    "PasswordReset": (
        "你的 AllMyTracks 密码已重设",
        "你的账户的密码已凭发送给你的验证码重设，所有登录状态均已结束。",
    ),
    "LoginLinked": (
        "你的 AllMyTracks 账户已链接一个登录方式",
        "你在另一服务商的账户已链接到你的账户，从现在起可用它登录。",
    ),
    "AccountFrozenByMember": (
        "你的 AllMyTracks 账户已冻结",
        (
            "你的账户已应你自己的要求冻结，所有登录状态均已结束。在你向客服证明账户属于你之前，任何人都不能登录："
            "请在不登录的情况下提交请求，并以此地址收到的验证码确认。"
        ),
    ),
}
_DATA = {
    "DataExportReady": (
        "你的 AllMyTracks 数据存档已备妥",
        (
            "你的账户所存储的一切数据的存档已备妥。你可以在 {until} 前下载；之后存档会被删除，你可以再次索取。\n\n"
            "你的存档：{site}/account/data-exports\n\n"
            "如果不是你索取的，表示其他人可以使用你的账户：请立即设置新密码，并联络客服：{site}/support\n"
        ),
    ),
    "DataExportFailed": (
        "未能制作你的 AllMyTracks 数据存档",
        (
            "由于我们的故障，未能制作你的账户所存储的一切数据的存档。我们正在调查。请明天再次索取，"
            "或联络客服，他们会确保你收到存档：{site}/support\n"
        ),
    ),
    "AccountClosing": (
        "你的 AllMyTracks 账户已关闭",
        (
            "你的账户随本通知关闭。任何人都不能再登录，未用完的会员资格和服务结束，你的个人信息会被删除；"
            "法律要求我们保留的数据以假名另行保存。以上均无法撤回。你的授权书仍然有效，可凭编号查核。"
            "此地址可在十天后重新注册。\n\n原因：{reason}。\n\n"
            "删除了哪些数据、法律要求保留哪些及保留至何时，均载于一份经签署的收据。请保存其编号，其他人没有此编号：{receipt}。\n\n"
            "如果你认为这是错误的，请联络客服：{site}/support\n"
        ),
    ),
}
_SUPPORT = {
    "TicketAnswered": (
        "你的请求 {number}：{about}",
        "客服就你的请求 {number} 回复如下：\n\n{message}\n\n如要回复或阅读整段对话：{site}/tickets/{number}\n",
    ),
    "TicketAnswered.stranger": (
        "你的请求 {number}：{about}",
        "客服就你的请求 {number} 回复如下：\n\n{message}\n",
    ),
    "ProofOfOwnership": (
        "你的请求 {number}：证明账户属于你",
        (
            "你的请求 {number} 的验证码是 {code}。验证码一小时内有效，用以向我们的客服证明此地址的账户属于你。"
            "如果你没有联络我们，无须理会，也不要把验证码告诉任何人。\n"
        ),
    ),
    "NoProofOfOwnership": (
        "你的请求 {number}：证明账户属于你",
        "你为请求 {number} 索取验证码。我们无法发送：这不是请求所涉账户的地址。请提交新的请求，并附上证明账户属谁的文件。\n",
    ),
}
_SIGNING_UP = {
    "FirstCode": (
        "你的 AllMyTracks 验证码",
        "你的 AllMyTracks 验证码是 {code}，{hours} 小时内有效。如果你刚才没有注册，无须理会。\n",
    ),
    "LaterCode": (
        "你的 AllMyTracks 验证码，须连同密码使用",
        (
            "之前已有人以你的地址注册，该次注册仍在等待验证码。如果刚才注册的是你，请输入验证码 {code} 和你刚选定的密码；"
            "另一次注册所填的一切即告作废。验证码 {hours} 小时内有效。如果你刚才没有注册，无须理会："
            "你之前收到的验证码仍属于当时的注册。\n"
        ),
    ),
    "SignedUpAsMinor": (
        "你的 AllMyTracks 注册",
        (
            "刚才有人以你的地址注册。此地址之前有一次未成年人的注册，因此暂时不能验证成年人的注册。请输入之前注册时收到的验证码，"
            "或填上监护人的地址，重新以未成年人身份注册。之前的注册会在 {days} 天后删除。如果你刚才没有注册，无须理会。\n"
        ),
    ),
    "AlreadyRegistered": (
        "你已有 AllMyTracks 账户",
        "有人以此地址注册，而此地址已有账户。如果是你，请在 {site} 登录或重设密码；如果不是，无须理会。\n",
    ),
    "AddressRests": (
        "你的 AllMyTracks 注册",
        "刚才有人以你的地址注册。此地址的账户几天前已关闭，因此可从 {until} 起重新注册。如果你刚才没有注册，无须理会。\n",
    ),
    "GuardianConsent": (
        "请你同意一个 AllMyTracks 账户",
        (
            "地址为 {asked_by} 的会员想使用 AllMyTracks，但尚未成年，并指定你为监护人。如果你同意，请在 {days} 天内打开以下地址。"
            "如果不同意，请在同一地址拒绝，账户及其内容会被删除；如果没有回复，{days} 天后也会删除。\n\n"
            "{site}/guardian-consent?token={token}\n"
        ),
    ),
    "ResetCode": (
        "设置新 AllMyTracks 密码的验证码",
        (
            "设置新 AllMyTracks 密码的验证码是 {code}，{minutes} 分钟内有效。设置密码会结束账户的所有登录状态。"
            "如果不是你，无须理会：没有验证码，什么都不会改变。\n"
        ),
    ),
    "NoAccount": (
        "你的地址没有 AllMyTracks 账户",
        (
            "有人为此地址的 AllMyTracks 账户索取验证码，但并没有这样的账户。如果是你，请在 {site} 注册或试用另一个地址；"
            "如果不是，无须理会。\n"
        ),
    ),
    "FreezeCode": (
        "冻结你的 AllMyTracks 账户的验证码",
        (
            "冻结你的 AllMyTracks 账户的验证码是 {code}，{minutes} 分钟内有效。账户冻结后，在你向我们证明账户属于你之前，"
            "任何人都不能登录。如果不是你，无须理会：没有验证码，什么都不会改变。\n"
        ),
    ),
    "SignInCode": (
        "登录 AllMyTracks 的验证码",
        (
            "有人以正确的密码登录你的 AllMyTracks 账户，来自网络 {network}{device}。如果是你，验证码是 {code}，"
            "{minutes} 分钟内有效。如果不是，表示有人知道你的密码：请立即更改。\n"
        ),
    ),
}
_MAILINGS = {
    "Maintenance": (
        "{day} 系统维护",
        "{words}\n\n由 {starts} 至 {ends}，你不能下订单、下载或申请授权。期间不会计算次数，也不会收费。\n",
    ),
    "NewAgreement": (
        "协议新版本：{title}",
        (
            "我们发布了“{title}”的版本 {version}，自 {since} 起生效。\n\n"
            "阅读此版本及之前的版本：{site}/agreements/{agreement}\n\n"
            "如果你在该时间之后使用 AllMyTracks，即表示接受。如果你不同意，可以在设置中关闭账户，或联络客服：{site}/support\n"
        ),
    ),
    "EndOfService": (
        "AllMyTracks 将于 {day} 结束服务",
        (
            "{words}\n\n服务将于 {until} 结束。在此之前一切照常；但不能购买期限超过该时间的项目。之后所有账户会被关闭，"
            "所存储的你的数据会被删除，法律要求我们保留的除外。已发出的授权书仍然有效，任何人仍可查核。\n\n"
            "请在此之前下载你的文件、授权书和数据：{site}/account/data\n"
        ),
    ),
    "NewPurpose": (
        "我们就一项新用途征求你的同意",
        (
            "自 {since} 起，我们就以下使用你的数据的用途征求你的同意：\n\n{words}\n\n"
            "除非你同意，否则不会为此使用任何数据；你之前给予的同意不包括此用途。你可以在这里决定，并可随时更改："
            "{site}/account/consents\n"
        ),
    ),
    "NewProcessors": (
        "处理你的数据者的名单有变",
        (
            "自 {since} 起，以下机构也会代我们处理数据：\n\n{words}\n\n完整名单：{site}/processors\n\n"
            "如果你不同意，可以在设置中关闭账户，或联络客服：{site}/support\n"
        ),
    ),
}
_PHRASES = {
    "transfer_consent": (
        "敏感数据（性别、生日）只在你同意的情况下随转让移交；在此之前不会转交。你可以在这里决定：{site}/account/consents\n"
    ),
    "comma": "、",
    "span": "有效期由 {starts} 至 {ends}。",
    "over": "其所支付的会员资格已结束。",
    "goes_on": "你的会员资格照常有效。",
    "to_settle": "你为此支付的款项会按原付款方式退回。",
    "refund": "{amount} 会按原付款方式退回。",
    "month": "这是由 {day} 起一个月的费用。",
    "recordings_go_on": "你的录像会延续。",
    "renews": "它每月自动续期，直至你在账户中或以书面通知我们取消为止。",
    "why": "原因：{reason}。",
    "reason": "原因：{reason}。",
    "until": "\n时间：{until}。",
    "objection": "如果你认为这是错误的，请联络客服：{site}/support",
    "not_you": "如果不是你，表示其他人可以使用你的账户：请在这里设置新密码：{site}",
    "work": "（“{title}”）",
    "device": "，设备为 {device}",
    "processor": "- {name}（{place}）：{purpose}。数据：{data}。",
    "other_reason": "请向客服查询",
    "other_field": "其他数据",
    "order_declined": "为此支付的款项会按原付款方式退回。",
    "amount_mismatch": "有一笔付款的金额与订单不符，不予计算，将会退款。",
    "currency_mismatch": "有一笔付款的货币与订单不符，不予计算，将会退款。",
    "paid_twice": "此订单付款超过一次，多付的款项会退回付款人。",
    "order_expired": "此订单没有按时付款。请重新下订单。",
    "payment_failed": "付款未能完成：{failure}",
    "failure": "银行或付款服务商拒绝了付款。请再试，或改用其他付款方式。",
    "failure.authentication_required": "银行要求你确认付款。请再试并确认。",
    "failure.payment_intent_authentication_failure": "付款没有向银行确认。请再试并确认。",
    "failure.card_declined": "卡被拒绝。请试用另一张卡，或向银行查询。",
    "failure.card_not_supported": "此卡不支持这类购买。请试用另一张卡。",
    "failure.currency_not_supported": "此卡不支持这种货币。请试用另一张卡，或以另一种货币下订单。",
    "failure.expired_card": "卡已过期。请试用另一张卡。",
    "failure.incorrect_cvc": "安全码有误。请再试。",
    "failure.incorrect_number": "卡号有误。请再试。",
    "failure.incorrect_zip": "邮政编码有误。请再试。",
    "failure.insufficient_funds": "余额不足。请试用另一张卡。",
    "failure.invalid_cvc": "安全码有误。请再试。",
    "failure.processing_error": "银行出现技术问题。请再试。",
    "failure.try_again_later": "银行出现技术问题。请稍后再试。",
}
_REASONS = {
    "downloads_too_fast": "一分钟内下载过多",
    "many_networks": "一天内从许多网络下载",
    "many_devices": "一天内从许多设备下载",
    "scripted_client": "由程序而非人下载",
    "even_intervals": "下载的间隔只有程序才能做到",
    "many_links": "为旧下载索取过多链接",
    "fraud": "怀疑滥用下载",
    "untrue_data": "账户持有人的数据不真实",
    "breach_of_rules": "违反使用规则",
    "unpaid_fee": "欠缴费用",
    "lack_of_capacity": "账户持有人不能独自同意使用条款",
    "impersonation": "账户以他人名义开立",
    "robot_purchase": "由程序购买",
    "outside_purchase": "在我们自己的渠道以外购买",
    "out_of_scope_use": "音乐的使用超出授权范围",
    "illegal_use": "账户被用于法律禁止的事情",
    "authority_order": "当局的命令",
    "member_request": "你提出了申请",
    "guardian_request": "账户持有人的监护人提出要求",
    "deceased": "账户持有人已去世",
    "inactivity": "账户 365 天没有使用",
    "no_longer_offered": "我们不再提供此项",
    "end_of_service": "服务结束",
    "closing_blocked": "有事情阻碍关闭账户，详见账户",
    "owner_in_doubt": "未能确定是账户持有人提出申请",
    "investigation": "账户的使用正在调查中",
    "authority_shown": "委托书显示你可以代表企业行事",
    "not_legible": "委托书无法阅读",
    "not_signed": "委托书没有签署",
    "other_company": "委托书属于另一家企业，而非你的账户的企业",
    "other_person": "委托书授权的是另一个人",
    "no_authority": "委托书没有授权其持有人代表企业使用本服务",
    "authority_expired": "授权已过期",
    "payment_returned": "其付款已退回",
    "account_banned": "账户已被封禁",
    "plan_for_individuals": "此账户属于企业，或在其已付款的会员资格开始后属于企业",
    "misspelt_name": "名称拼写有误",
    "incomplete_name": "名称不完整",
    "wrong_script": "名称使用了错误的文字",
    "cleared": "我们已调查，没有任何问题",
}
_FIELDS = {
    "email": "电子邮箱地址",
    "end_user": "最终使用者",
    "display_name": "显示名称",
    "nickname": "暱称",
    "occupation": "职业",
    "gender": "性别",
    "birthday": "生日",
    "country": "国家或地区",
    "region": "地区",
    "education": "教育程度",
    "signature": "个性签名",
    "profile": "个人简介",
    "language": "语言",
    "billing": "账单数据",
    "enterprise": "企业数据",
}

SIMPLIFIED_CHINESE = Catalogue(
    language="zh-Hans",
    letters={
        **_ORDERS,
        **_STORAGE,
        **_LICENSES,
        **_SPECIAL,
        **_MEASURES,
        **_ACCESS,
        **_DATA,
        **_SUPPORT,
        **_SIGNING_UP,
        **_MAILINGS,
    },
    phrases=_PHRASES,
    reasons=_REASONS,
    fields=_FIELDS,
)
