"""The words of mails and notices in Traditional Chinese."""

from __future__ import annotations

from allmytracks.mails.rules import Catalogue

_ORDERS = {
    "MembershipActivated": (
        "你的 AllMyTracks 會員資格",
        "謝謝。你的付款 {amount} 已確認，{plan} 會員資格現已生效。{span}\n\n發票附於你的訂單：{site}/orders/{order}\n",
    ),
    "OrderFailed": (
        "你的 AllMyTracks 訂單未付款",
        "你的 {plan} 訂單未付款，會員資格因此沒有開始。{why}\n\n你的訂單：{site}/orders/{order}\n",
    ),
    "PaymentReturned": (
        "你的 AllMyTracks 付款已退回",
        "你的 {plan} 訂單的付款 {returned} 已退回。{over}\n\n你的訂單：{site}/orders/{order}\n",
    ),
    "PaymentPartlyReturned": (
        "你的 AllMyTracks 付款已部分退回",
        "你的 {plan} 訂單的付款至今已退回 {returned}。{goes_on}\n\n你的訂單：{site}/orders/{order}\n",
    ),
    "OrderDeclined": (
        "你的 AllMyTracks 訂單被拒絕",
        "我們拒絕了你的 {plan} 訂單。{why}{settled}\n\n你的訂單：{site}/orders/{order}\n",
    ),
    "MembershipRestored": (
        "你的 AllMyTracks 會員資格恢復",
        "你的 {plan} 訂單的款項最終已收到，其會員資格重新歸你使用。{span}\n\n你的訂單：{site}/orders/{order}\n",
    ),
    "MembershipCancelled": (
        "你的 AllMyTracks 會員資格已取消",
        "此訂單的 {plan} 會員資格已結束。{why}按照約定，費用不予退還。\n\n你的訂單：{site}/orders/{order}\n",
    ),
    "MembershipEnding": (
        "你的 AllMyTracks 會員資格即將到期",
        (
            "你的 {plan} 會員資格將於 {until} 到期。在此之前購買的會員資格會在到期時開始。\n\n"
            "會員資格不會自動續期。如要繼續，請另行購買：{site}/plans\n"
        ),
    ),
    "MembershipEnded": (
        "你的 AllMyTracks 會員資格已到期",
        (
            "你的 {plan} 會員資格已於 {until} 到期。你已取得的授權仍然有效。\n\n"
            "會員資格不會自動續期。如要繼續，請另行購買：{site}/plans\n"
        ),
    ),
}
_STORAGE = {
    "SubscriptionPaid": (
        "你的 AllMyTracks 雲端儲存已付款",
        (
            "謝謝。你為雲端儲存（{plan}）支付的 {amount} 已確認。{month}{renews}\n\n"
            "發票附於你的訂單：{site}/orders/{order}\n"
        ),
    ),
    "RenewalFailed": (
        "你的 AllMyTracks 雲端儲存付款失敗",
        (
            "你的雲端儲存（{plan}）下一個月的費用（{amount}）未能扣取。{why}我們會在未來幾天再試，"
            "在此之前你的錄影會保留。請檢查你的卡：如果沒有付款，雲端儲存將會結束，你的錄影會被刪除。\n\n"
            "你的訂單：{site}/orders/{order}\n"
        ),
    ),
    "SubscriptionCancelled": (
        "你的 AllMyTracks 雲端儲存已取消",
        (
            "你的雲端儲存（{plan}）已取消。{why}你可以使用至訂閱所示的日期，屆時你的錄影會被刪除。{refund}\n\n"
            "你的訂單：{site}/orders/{order}\n"
        ),
    ),
    "SubscriptionRenewing": (
        "你的 AllMyTracks 雲端儲存即將續期",
        (
            "你的雲端儲存將於 {until} 續期，屆時照舊收取 {amount}。如果你不想續期，請在此之前取消："
            "你仍可使用至已付款期間結束。\n\n你的訂閱：{site}/storage\n"
        ),
    ),
    "StorageTrialStarted": (
        "你的 AllMyTracks 雲端儲存試用已開始",
        (
            "你的裝置「{device}」的雲端儲存試用已於 {at} 開始，將於 {until} 結束。錄影保存 {days} 天。"
            "試用會自行結束，不會收費；試用不能轉移到其他裝置。\n\n你的裝置：{site}/storage\n"
        ),
    ),
    "DeviceReleased": (
        "一部裝置已從你的 AllMyTracks 帳戶解除綁定",
        (
            "裝置「{device}」已於 {at} 從你的帳戶解除綁定。持有其認領碼的人現在可以將它加到自己的帳戶。"
            "如果這不是你本人的操作，請立即重新加入該裝置並聯絡我們。\n\n你的裝置：{site}/storage\n"
        ),
    ),
    "StorageTrialEnding": (
        "你的 AllMyTracks 雲端儲存試用即將結束",
        (
            "你的裝置「{device}」的雲端儲存試用將於 {until} 結束。試用會自行結束，不會收費。之後"
            "其錄影無法播放，並會被刪除。如要繼續錄影，請在此之前選擇方案：{site}/storage\n"
        ),
    ),
    "StorageEnding": (
        "你的 AllMyTracks 雲端儲存即將結束",
        (
            "你的裝置「{device}」的雲端儲存將於 {until} 結束，不會自動續期；結束後其錄影無法播放"
            "，並會被刪除。在此之前購買的方案會在其結束時開始，你的錄影得以延續：{site}/storage\n"
        ),
    ),
    "StorageEnded": (
        "你的 AllMyTracks 雲端儲存已結束",
        (
            "你的裝置「{device}」的雲端儲存已於 {until} 結束。其錄影不能再播放，並會被刪除。如要"
            "再次錄影，請選擇方案：{site}/storage\n"
        ),
    ),
    "RetentionShortening": (
        "你的 AllMyTracks 錄影保存天數將減少",
        (
            "裝置「{device}」的錄影現在保存 {before} 天，由 {until} 起保存 {days"
            "} 天。屆時較舊的錄影會被刪除；請在此之前儲存你想保留的錄影：{site}/storage\n"
        ),
    ),
    "OrderFailed.storage": (
        "你的 AllMyTracks 訂單未付款",
        "你的雲端儲存（{plan}）訂單未付款，服務因此沒有開始。{why}\n\n你的訂單：{site}/orders/{order}\n",
    ),
    "PaymentReturned.storage": (
        "你的 AllMyTracks 付款已退回",
        "你的雲端儲存（{plan}）的付款（{returned}）已退回。\n\n你的訂單：{site}/orders/{order}\n",
    ),
    "PaymentPartlyReturned.storage": (
        "你的 AllMyTracks 付款已部分退回",
        "你的雲端儲存（{plan}）的付款至今已退回 {returned}。\n\n你的訂單：{site}/orders/{order}\n",
    ),
    "MembershipRestored.storage": (
        "你的 AllMyTracks 雲端儲存恢復",
        "你的雲端儲存（{plan}）的款項最終已收到，服務已恢復。\n\n你的訂單：{site}/orders/{order}\n",
    ),
}
_LICENSES = {
    "LicenseIssued": (
        "你的 AllMyTracks 授權書",
        "你的授權書{work}已發出，編號為 {number}。\n\n授權書，以及平台提出音樂申索時可用的文字：{site}/licenses/{number}\n",
    ),
    "LicenseRevoked": (
        "你的 AllMyTracks 帳戶有一份授權書被撤銷",
        (
            "你的授權書 {number} 已被撤銷。查核被撤銷授權書的人會看到撤銷的時間，有關作品不得再憑此授權書使用。\n\n"
            "原因：{reason}。\n\n你的授權書及各自的撤銷時間：{site}/licenses?status=revoked\n"
            "如果你認為這是錯誤的，請聯絡客戶服務：{site}/support\n"
        ),
    ),
    "LicensesRevoked": (
        "你的 AllMyTracks 帳戶有授權書被撤銷",
        (
            "你的帳戶有多份授權書已被撤銷。查核被撤銷授權書的人會看到撤銷的時間，有關作品不得再憑這些授權書使用。\n\n"
            "原因：{reason}。\n\n你的授權書及各自的撤銷時間：{site}/licenses?status=revoked\n"
            "如果你認為這是錯誤的，請聯絡客戶服務：{site}/support\n"
        ),
    ),
    "LicenseSuperseded": (
        "AllMyTracks 更正後的授權書",
        (
            "由於名稱有筆誤，我們發出了另一份授權書 {superseded_by}，取代你的授權書 {number}。其條款、項目和用途不變。"
            "從現在起請使用新的授權書：查核舊授權書的人會被引導至新的一份。你的帳戶中有同樣筆誤的其他授權書和協議也以同樣方式更換。\n\n"
            "原因：{reason}。\n\n你的授權書：{site}/licenses\n"
        ),
    ),
    "MusicAgreementIssued": (
        "你的 AllMyTracks 音樂授權協議",
        (
            "你的會員資格的音樂授權協議已備妥，編號為 {number}；任何人都可以像查核授權書一樣查核它。\n\n"
            "你的訂單及其協議：{site}/orders\n"
        ),
    ),
}
_SPECIAL = {
    "SpecialLicenseQuoted": (
        "AllMyTracks 為你提供的特別授權",
        (
            "我們為你提供了一份特別授權的報價，價格為 {amount}。請閱讀並接受其條款，並在 {valid_until}（UTC）結束前付款；"
            "之後你會收到授權書。你可以不接受，你的會員資格不受影響。\n\n報價：{site}/orders/{order}\n"
        ),
    ),
    "SpecialLicensePaid": (
        "你的 AllMyTracks 特別授權已付款",
        (
            "謝謝。你為特別授權支付的 {amount} 已確認。授權書正在製作；你會收到另一則附有編號的訊息。\n\n"
            "發票附於你的訂單：{site}/orders/{order}\n"
        ),
    ),
    "OrderFailed.special": (
        "你的 AllMyTracks 訂單未付款",
        "你的特別授權訂單未付款，授權書因此沒有發出。{why}\n\n你的訂單：{site}/orders/{order}\n",
    ),
    "PaymentReturned.special": (
        "你的 AllMyTracks 付款已退回",
        "你的特別授權的付款（{returned}）已退回，授權因此結束。\n\n你的訂單：{site}/orders/{order}\n",
    ),
    "PaymentPartlyReturned.special": (
        "你的 AllMyTracks 付款已部分退回",
        "你的特別授權的付款至今已退回 {returned}。授權照常有效。\n\n你的訂單：{site}/orders/{order}\n",
    ),
    "OrderDeclined.special": (
        "特別授權的報價已撤回",
        "我們撤回了特別授權的報價，因此不能再付款。{settled}\n\n報價：{site}/orders/{order}\n",
    ),
    "MembershipRestored.special": (
        "你的 AllMyTracks 款項最終已收到",
        (
            "你的特別授權的款項最終已收到。如果其授權書之前已被撤銷，請聯絡我們：你會收到另一份。\n\n"
            "你的訂單：{site}/orders/{order}\n"
        ),
    ),
    "SpecialLicenseIssued": (
        "你的 AllMyTracks 特別授權書",
        (
            "你的特別授權書已發出，條款與你所接受的完全一致，編號為 {number}；任何人都可以像查核授權書一樣查核它。\n\n"
            "你的訂單及其授權書：{site}/orders\n"
        ),
    ),
}
_MEASURES = {
    "AccountRestricted": (
        "你的 AllMyTracks 帳戶受到限制",
        "你的帳戶暫時受到限制：不能下載、取得授權或下訂單。你已有的一切仍屬於你，帳戶會自動恢復。",
    ),
    "RestrictionLifted": (
        "你的 AllMyTracks 帳戶已解除限制",
        "你的帳戶的限制已解除。你可以立即重新下載、取得授權和下訂單。",
    ),
    "AccountBanned": (
        "你的 AllMyTracks 帳戶被封禁",
        "你的帳戶已被封禁。你不能再登入、下載、取得授權或購買。",
    ),
    "AccountUnbanned": ("你的 AllMyTracks 帳戶已重新開放", "你的帳戶不再被封禁。"),
    "AccountFrozen": (
        "你的 AllMyTracks 帳戶已凍結",
        "你的帳戶已凍結，所有登入狀態均已結束。在證明帳戶屬於你之前，任何人都不能登入。",
    ),
    "AccountUnfrozen": (
        "你的 AllMyTracks 帳戶已解凍",
        "你的帳戶已重新開放。如果其他人可能知道舊密碼，請在登入前設定新密碼。",
    ),
    "AccountSuspended": (
        "你的 AllMyTracks 帳戶已暫停",
        "你的帳戶已暫停：你可以登入和閱讀，但不能做其他事情。如果導致暫停的事情沒有解決，帳戶可能會被關閉。",
    ),
    "AccountReinstated": ("你的 AllMyTracks 帳戶已重新開放", "你的帳戶的暫停已撤回。"),
    "GuardianAsked": (
        "你的 AllMyTracks 帳戶正等待你的監護人",
        (
            "我們發現你尚未成年。我們已致函你的監護人；在你的監護人同意之前，你的帳戶只能閱讀。如果在下述時間前未獲同意，"
            "你的帳戶會被關閉，資料會被刪除。你可以再次向監護人發送連結：{site}/account"
        ),
    ),
    "CorrectionDemanded": (
        "請更正你的 AllMyTracks 帳戶資料",
        (
            "我們發現你的帳戶的以下資料不真實或不完整：{fields}。請更正，完成後聯絡客戶服務。在此之前，"
            "你的帳戶不能下載、取得授權或下訂單；如果在下述時間仍未更正，帳戶會被暫停，並可能被關閉。\n\n你的資料：{site}/account"
        ),
    ),
    "CorrectionAccepted": (
        "你的 AllMyTracks 帳戶資料已更正",
        "謝謝：你的帳戶可以重新下載、取得授權和下訂單。",
    ),
    "TextTakenOff": (
        "你的 AllMyTracks 帳戶有一段文字被移除",
        "我們移除了你的帳戶的這段文字（{fields}），因為它違反使用規則：「{text}」。",
    ),
    "TextDemanded": (
        "請修改你的 AllMyTracks 帳戶的一段文字",
        (
            "你的帳戶的這段文字（{fields}）違反使用規則：「{text}」。請在下述時間前修改或移除；否則你的帳戶會被暫停。\n\n"
            "你的資料：{site}/account"
        ),
    ),
    "LetterOfAuthorityAccepted": (
        "你的授權委託書已獲接納",
        "我們已審閱並接納貴企業的授權委託書。你無須再做任何事。",
    ),
    "LetterOfAuthorityRefused": (
        "請另行提交授權委託書",
        (
            "我們已審閱貴企業的授權委託書，但未能接納。請在下述時間前另行提交。你的會員資格和授權書不受影響。\n\n"
            "提交之處：{site}/account/enterprise"
        ),
    ),
    "ClosingRefused": (
        "你的 AllMyTracks 帳戶維持開放",
        "你關閉帳戶的申請被拒絕。目前有何阻礙，以及申請的狀態：{site}/account/closing",
    ),
    "InactivityWarned": (
        "你的 AllMyTracks 帳戶即將暫停",
        "你已很久沒有使用帳戶。登入一次即可保留帳戶：否則帳戶會在下述時間暫停，並在一段時間後關閉。",
    ),
    "DownloadRevoked": (
        "你的 AllMyTracks 帳戶有一項下載被撤銷",
        (
            "你的帳戶有一項下載已被撤銷：其檔案不再有連結。其授權書不受影響；如果授權書也被撤銷，另有郵件通知。\n\n"
            "是哪一項：{site}/downloads"
        ),
    ),
    "DamagesRecorded": (
        "你的 AllMyTracks 帳戶記錄了一項損害賠償",
        "我們就違反協議使用音樂，對你記錄了 {amount} 的賠償要求。",
    ),
}
_ACCESS = {
    "PasswordChanged": (
        "你的 AllMyTracks 密碼已更改",
        "你的帳戶的密碼已更改，其他所有登入狀態均已結束。",
    ),
    "PasswordReset": (
        "你的 AllMyTracks 密碼已重設",
        "你的帳戶的密碼已憑發送給你的驗證碼重設，所有登入狀態均已結束。",
    ),
    "LoginLinked": (
        "你的 AllMyTracks 帳戶已連結一個登入方式",
        "你在另一服務商的帳戶已連結到你的帳戶，從現在起可用它登入。",
    ),
    "AccountFrozenByMember": (
        "你的 AllMyTracks 帳戶已凍結",
        (
            "你的帳戶已應你自己的要求凍結，所有登入狀態均已結束。在你向客戶服務證明帳戶屬於你之前，任何人都不能登入："
            "請在不登入的情況下提交請求，並以此地址收到的驗證碼確認。"
        ),
    ),
}
_DATA = {
    "DataExportReady": (
        "你的 AllMyTracks 資料存檔已備妥",
        (
            "你的帳戶所儲存的一切資料的存檔已備妥。你可以在 {until} 前下載；之後存檔會被刪除，你可以再次索取。\n\n"
            "你的存檔：{site}/account/data-exports\n\n"
            "如果不是你索取的，表示其他人可以使用你的帳戶：請立即設定新密碼，並聯絡客戶服務：{site}/support\n"
        ),
    ),
    "DataExportFailed": (
        "未能製作你的 AllMyTracks 資料存檔",
        (
            "由於我們的故障，未能製作你的帳戶所儲存的一切資料的存檔。我們正在調查。請明天再次索取，"
            "或聯絡客戶服務，他們會確保你收到存檔：{site}/support\n"
        ),
    ),
    "AccountClosing": (
        "你的 AllMyTracks 帳戶已關閉",
        (
            "你的帳戶隨本通知關閉。任何人都不能再登入，未用完的會員資格和服務結束，你的個人資料會被刪除；"
            "法律要求我們保留的資料以假名另行保存。以上均無法撤回。你的授權書仍然有效，可憑編號查核。"
            "此地址可在十天後重新註冊。\n\n原因：{reason}。\n\n"
            "刪除了哪些資料、法律要求保留哪些及保留至何時，均載於一份經簽署的收據。請保存其編號，其他人沒有此編號：{receipt}。\n\n"
            "如果你認為這是錯誤的，請聯絡客戶服務：{site}/support\n"
        ),
    ),
}
_SUPPORT = {
    "TicketAnswered": (
        "你的請求 {number}：{about}",
        "客戶服務就你的請求 {number} 回覆如下：\n\n{message}\n\n如要回覆或閱讀整段對話：{site}/tickets/{number}\n",
    ),
    "TicketAnswered.stranger": (
        "你的請求 {number}：{about}",
        "客戶服務就你的請求 {number} 回覆如下：\n\n{message}\n",
    ),
    "ProofOfOwnership": (
        "你的請求 {number}：證明帳戶屬於你",
        (
            "你的請求 {number} 的驗證碼是 {code}。驗證碼一小時內有效，用以向我們的客戶服務證明此地址的帳戶屬於你。"
            "如果你沒有聯絡我們，無須理會，也不要把驗證碼告訴任何人。\n"
        ),
    ),
    "NoProofOfOwnership": (
        "你的請求 {number}：證明帳戶屬於你",
        "你為請求 {number} 索取驗證碼。我們無法發送：這不是請求所涉帳戶的地址。請提交新的請求，並附上證明帳戶屬誰的文件。\n",
    ),
}
_SIGNING_UP = {
    "FirstCode": (
        "你的 AllMyTracks 驗證碼",
        "你的 AllMyTracks 驗證碼是 {code}，{hours} 小時內有效。如果你剛才沒有註冊，無須理會。\n",
    ),
    "LaterCode": (
        "你的 AllMyTracks 驗證碼，須連同密碼使用",
        (
            "之前已有人以你的地址註冊，該次註冊仍在等待驗證碼。如果剛才註冊的是你，請輸入驗證碼 {code} 和你剛選定的密碼；"
            "另一次註冊所填的一切即告作廢。驗證碼 {hours} 小時內有效。如果你剛才沒有註冊，無須理會："
            "你之前收到的驗證碼仍屬於當時的註冊。\n"
        ),
    ),
    "SignedUpAsMinor": (
        "你的 AllMyTracks 註冊",
        (
            "剛才有人以你的地址註冊。此地址之前有一次未成年人的註冊，因此暫時不能驗證成年人的註冊。請輸入之前註冊時收到的驗證碼，"
            "或填上監護人的地址，重新以未成年人身分註冊。之前的註冊會在 {days} 天後刪除。如果你剛才沒有註冊，無須理會。\n"
        ),
    ),
    "AlreadyRegistered": (
        "你已有 AllMyTracks 帳戶",
        "有人以此地址註冊，而此地址已有帳戶。如果是你，請在 {site} 登入或重設密碼；如果不是，無須理會。\n",
    ),
    "AddressRests": (
        "你的 AllMyTracks 註冊",
        "剛才有人以你的地址註冊。此地址的帳戶幾天前已關閉，因此可從 {until} 起重新註冊。如果你剛才沒有註冊，無須理會。\n",
    ),
    "GuardianConsent": (
        "請你同意一個 AllMyTracks 帳戶",
        (
            "地址為 {asked_by} 的會員想使用 AllMyTracks，但尚未成年，並指定你為監護人。如果你同意，請在 {days} 天內打開以下地址。"
            "如果不同意，請在同一地址拒絕，帳戶及其內容會被刪除；如果沒有回覆，{days} 天後也會刪除。\n\n"
            "{site}/guardian-consent?token={token}\n"
        ),
    ),
    "ResetCode": (
        "設定新 AllMyTracks 密碼的驗證碼",
        (
            "設定新 AllMyTracks 密碼的驗證碼是 {code}，{minutes} 分鐘內有效。設定密碼會結束帳戶的所有登入狀態。"
            "如果不是你，無須理會：沒有驗證碼，什麼都不會改變。\n"
        ),
    ),
    "NoAccount": (
        "你的地址沒有 AllMyTracks 帳戶",
        (
            "有人為此地址的 AllMyTracks 帳戶索取驗證碼，但並沒有這樣的帳戶。如果是你，請在 {site} 註冊或試用另一個地址；"
            "如果不是，無須理會。\n"
        ),
    ),
    "FreezeCode": (
        "凍結你的 AllMyTracks 帳戶的驗證碼",
        (
            "凍結你的 AllMyTracks 帳戶的驗證碼是 {code}，{minutes} 分鐘內有效。帳戶凍結後，在你向我們證明帳戶屬於你之前，"
            "任何人都不能登入。如果不是你，無須理會：沒有驗證碼，什麼都不會改變。\n"
        ),
    ),
    "SignInCode": (
        "登入 AllMyTracks 的驗證碼",
        (
            "有人以正確的密碼登入你的 AllMyTracks 帳戶，來自網絡 {network}{device}。如果是你，驗證碼是 {code}，"
            "{minutes} 分鐘內有效。如果不是，表示有人知道你的密碼：請立即更改。\n"
        ),
    ),
}
_MAILINGS = {
    "Maintenance": (
        "{day} 系統維護",
        "{words}\n\n由 {starts} 至 {ends}，你不能下訂單、下載或申請授權。期間不會計算次數，也不會收費。\n",
    ),
    "NewAgreement": (
        "協議新版本：{title}",
        (
            "我們發布了「{title}」的版本 {version}，自 {since} 起生效。\n\n"
            "閱讀此版本及之前的版本：{site}/agreements/{agreement}\n\n"
            "如果你在該時間之後使用 AllMyTracks，即表示接受。如果你不同意，可以在設定中關閉帳戶，或聯絡客戶服務：{site}/support\n"
        ),
    ),
    "EndOfService": (
        "AllMyTracks 將於 {day} 結束服務",
        (
            "{words}\n\n服務將於 {until} 結束。在此之前一切照常；但不能購買期限超過該時間的項目。之後所有帳戶會被關閉，"
            "所儲存的你的資料會被刪除，法律要求我們保留的除外。已發出的授權書仍然有效，任何人仍可查核。\n\n"
            "請在此之前下載你的檔案、授權書和資料：{site}/account/data\n"
        ),
    ),
    "NewPurpose": (
        "我們就一項新用途徵求你的同意",
        (
            "自 {since} 起，我們就以下使用你的資料的用途徵求你的同意：\n\n{words}\n\n"
            "除非你同意，否則不會為此使用任何資料；你之前給予的同意不包括此用途。你可以在這裏決定，並可隨時更改："
            "{site}/account/consents\n"
        ),
    ),
    "NewProcessors": (
        "處理你的資料者的名單有變",
        (
            "自 {since} 起，以下機構也會代我們處理資料：\n\n{words}\n\n完整名單：{site}/processors\n\n"
            "如果你不同意，可以在設定中關閉帳戶，或聯絡客戶服務：{site}/support\n"
        ),
    ),
}
_PHRASES = {
    "transfer_consent": (
        "敏感資料（性別、生日）只在你同意的情況下隨轉讓移交；在此之前不會轉交。你可以在這裏決定：{site}/account/consents\n"
    ),
    "comma": "、",
    "span": "有效期由 {starts} 至 {ends}。",
    "over": "其所支付的會員資格已結束。",
    "goes_on": "你的會員資格照常有效。",
    "to_settle": "你為此支付的款項會按原付款方式退回。",
    "refund": "{amount} 會按原付款方式退回。",
    "month": "這是由 {day} 起一個月的費用。",
    "recordings_go_on": "你的錄影會延續。",
    "renews": "它每月自動續期，直至你在帳戶中或以書面通知我們取消為止。",
    "why": "原因：{reason}。",
    "reason": "原因：{reason}。",
    "until": "\n時間：{until}。",
    "objection": "如果你認為這是錯誤的，請聯絡客戶服務：{site}/support",
    "not_you": "如果不是你，表示其他人可以使用你的帳戶：請在這裏設定新密碼：{site}",
    "work": "（「{title}」）",
    "device": "，裝置為 {device}",
    "processor": "- {name}（{place}）：{purpose}。資料：{data}。",
    "other_reason": "請向客戶服務查詢",
    "other_field": "其他資料",
    "order_declined": "為此支付的款項會按原付款方式退回。",
    "amount_mismatch": "有一筆付款的金額與訂單不符，不予計算，將會退款。",
    "currency_mismatch": "有一筆付款的貨幣與訂單不符，不予計算，將會退款。",
    "paid_twice": "此訂單付款超過一次，多付的款項會退回付款人。",
    "order_expired": "此訂單沒有按時付款。請重新下訂單。",
    "payment_failed": "付款未能完成：{failure}",
    "failure": "銀行或付款服務商拒絕了付款。請再試，或改用其他付款方式。",
    "failure.authentication_required": "銀行要求你確認付款。請再試並確認。",
    "failure.payment_intent_authentication_failure": "付款沒有向銀行確認。請再試並確認。",
    "failure.card_declined": "卡被拒絕。請試用另一張卡，或向銀行查詢。",
    "failure.card_not_supported": "此卡不支援這類購買。請試用另一張卡。",
    "failure.currency_not_supported": "此卡不支援這種貨幣。請試用另一張卡，或以另一種貨幣下訂單。",
    "failure.expired_card": "卡已過期。請試用另一張卡。",
    "failure.incorrect_cvc": "安全碼有誤。請再試。",
    "failure.incorrect_number": "卡號有誤。請再試。",
    "failure.incorrect_zip": "郵政編碼有誤。請再試。",
    "failure.insufficient_funds": "餘額不足。請試用另一張卡。",
    "failure.invalid_cvc": "安全碼有誤。請再試。",
    "failure.processing_error": "銀行出現技術問題。請再試。",
    "failure.try_again_later": "銀行出現技術問題。請稍後再試。",
}
_REASONS = {
    "downloads_too_fast": "一分鐘內下載過多",
    "many_networks": "一天內從許多網絡下載",
    "many_devices": "一天內從許多裝置下載",
    "scripted_client": "由程式而非人下載",
    "even_intervals": "下載的間隔只有程式才能做到",
    "many_links": "為舊下載索取過多連結",
    "fraud": "懷疑濫用下載",
    "untrue_data": "帳戶持有人的資料不真實",
    "breach_of_rules": "違反使用規則",
    "unpaid_fee": "欠繳費用",
    "lack_of_capacity": "帳戶持有人不能獨自同意使用條款",
    "impersonation": "帳戶以他人名義開立",
    "robot_purchase": "由程式購買",
    "outside_purchase": "在我們自己的渠道以外購買",
    "out_of_scope_use": "音樂的使用超出授權範圍",
    "illegal_use": "帳戶被用於法律禁止的事情",
    "authority_order": "當局的命令",
    "member_request": "你提出了申請",
    "guardian_request": "帳戶持有人的監護人提出要求",
    "deceased": "帳戶持有人已去世",
    "inactivity": "帳戶 365 天沒有使用",
    "no_longer_offered": "我們不再提供此項",
    "end_of_service": "服務結束",
    "closing_blocked": "有事情阻礙關閉帳戶，詳見帳戶",
    "owner_in_doubt": "未能確定是帳戶持有人提出申請",
    "investigation": "帳戶的使用正在調查中",
    "authority_shown": "委託書顯示你可以代表企業行事",
    "not_legible": "委託書無法閱讀",
    "not_signed": "委託書沒有簽署",
    "other_company": "委託書屬於另一家企業，而非你的帳戶的企業",
    "other_person": "委託書授權的是另一個人",
    "no_authority": "委託書沒有授權其持有人代表企業使用本服務",
    "authority_expired": "授權已過期",
    "payment_returned": "其付款已退回",
    "account_banned": "帳戶已被封禁",
    "plan_for_individuals": "此帳戶屬於企業，或在其已付款的會員資格開始後屬於企業",
    "misspelt_name": "名稱拼寫有誤",
    "incomplete_name": "名稱不完整",
    "wrong_script": "名稱使用了錯誤的文字",
    "cleared": "我們已調查，沒有任何問題",
}
_FIELDS = {
    "email": "電郵地址",
    "end_user": "最終使用者",
    "display_name": "顯示名稱",
    "nickname": "暱稱",
    "occupation": "職業",
    "gender": "性別",
    "birthday": "生日",
    "country": "國家或地區",
    "region": "地區",
    "education": "教育程度",
    "signature": "個性簽名",
    "profile": "個人簡介",
    "language": "語言",
    "billing": "帳單資料",
    "enterprise": "企業資料",
}

TRADITIONAL_CHINESE = Catalogue(
    language="zh-Hant",
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
