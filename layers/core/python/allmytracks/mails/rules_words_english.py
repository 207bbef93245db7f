"""The words of mails and notices in English, of which the other languages are translations."""

from __future__ import annotations

from allmytracks.mails.rules import Catalogue

_ORDERS = {
    "MembershipActivated": (
        "Your AllMyTracks membership",
        (
            "Thank you. Your payment of {amount} is confirmed, and your {plan} membership is yours.{span}\n\n"
            "Your invoice is with your order: {site}/orders/{order}\n"
        ),
    ),
    "OrderFailed": (
        "Your AllMyTracks order was not paid",
        "Your {plan} order was not paid, so no membership started.{why}\n\nYour order: {site}/orders/{order}\n",
    ),
    "PaymentReturned": (
        "Your AllMyTracks payment was returned",
        "The payment of your {plan} order, {returned}, was returned.{over}\n\nYour order: {site}/orders/{order}\n",
    ),
    "PaymentPartlyReturned": (
        "A part of your AllMyTracks payment was returned",
        (
            "{returned} of the payment of your {plan} order have been returned so far.{goes_on}\n\n"
            "Your order: {site}/orders/{order}\n"
        ),
    ),
    "OrderDeclined": (
        "Your AllMyTracks order was declined",
        "We have declined your {plan} order.{why}{settled}\n\nYour order: {site}/orders/{order}\n",
    ),
    "MembershipRestored": (
        "Your AllMyTracks membership runs again",
        (
            "We received the payment of your {plan} order after all, and its membership is yours again.{span}\n\n"
            "Your order: {site}/orders/{order}\n"
        ),
    ),
    "MembershipCancelled": (
        "Your AllMyTracks membership was cancelled",
        (
            "The {plan} membership of this order has ended.{why} As agreed, its fee is not returned.\n\n"
            "Your order: {site}/orders/{order}\n"
        ),
    ),
    "MembershipEnding": (
        "Your AllMyTracks membership ends soon",
        (
            "Your {plan} membership ends on {until}. What you buy before then starts at its end.\n\n"
            "It does not renew by itself. To go on, buy another one: {site}/plans\n"
        ),
    ),
    "MembershipEnded": (
        "Your AllMyTracks membership has ended",
        (
            "Your {plan} membership ended on {until}. What you licensed stays licensed.\n\n"
            "It does not renew by itself. To go on, buy another one: {site}/plans\n"
        ),
    ),
}
_STORAGE = {
    "SubscriptionPaid": (
        "Your AllMyTracks cloud storage is paid",
        (
            "Thank you. Your payment of {amount} for cloud storage, {plan}, is confirmed.{month}{renews}\n\n"
            "Your invoice is with your order: {site}/orders/{order}\n"
        ),
    ),
    "RenewalFailed": (
        "The payment for your AllMyTracks cloud storage failed",
        (
            "The next month of your cloud storage, {plan}, could not be charged ({amount}).{why} We try again in the next "
            "days, and your recordings stay until then. Please check your card: without a payment your cloud storage ends, "
            "and your recordings are erased.\n\nYour order: {site}/orders/{order}\n"
        ),
    ),
    "SubscriptionCancelled": (
        "Your AllMyTracks cloud storage is cancelled",
        (
            "Your cloud storage, {plan}, is cancelled.{why} You have access until the day that your subscription shows; "
            "your recordings are erased then.{refund}\n\nYour order: {site}/orders/{order}\n"
        ),
    ),
    "SubscriptionRenewing": (
        "Your AllMyTracks cloud storage renews soon",
        (
            "Your cloud storage renews on {until}, and {amount} are charged then as before. If you do not want that, "
            "cancel it before: you keep access to the end of what is paid.\n\nYour subscriptions: {site}/storage\n"
        ),
    ),
    "StorageTrialStarted": (
        "The trial of your AllMyTracks cloud storage has begun",
        (
            "The trial of your cloud storage for {device} began on {at} and ends on {until}. Recordings are kept for "
            "{days} days. It ends by itself, and nothing is charged; it cannot be moved to another device.\n\n"
            "Your devices: {site}/storage\n"
        ),
    ),
    "DeviceReleased": (
        "A device was released from your AllMyTracks account",
        (
            "{device} was released from your account on {at}. Whoever has its claim code can now add it to an account "
            "of their own. If this was not you, add it again at once and write to us.\n\n"
            "Your devices: {site}/storage\n"
        ),
    ),
    "StorageTrialEnding": (
        "The trial of your AllMyTracks cloud storage ends soon",
        (
            "The trial of your cloud storage for {device} ends on {until}. It ends by itself, and nothing is "
            "charged. Its recordings cannot be played after that, and are erased. To go on recording, choose a "
            "package before: {site}/storage\n"
        ),
    ),
    "StorageEnding": (
        "Your AllMyTracks cloud storage ends soon",
        (
            "Your cloud storage for {device} ends on {until}. It does not renew by itself, and after its end its "
            "recordings cannot be played and are erased. What you buy before starts at its end, and your "
            "recordings go on: {site}/storage\n"
        ),
    ),
    "StorageEnded": (
        "Your AllMyTracks cloud storage has ended",
        (
            "Your cloud storage for {device} ended on {until}. Its recordings cannot be played any more, and are "
            "erased. To record again, choose a package: {site}/storage\n"
        ),
    ),
    "RetentionShortening": (
        "Your AllMyTracks recordings will be kept for fewer days",
        (
            "The recordings of {device} are kept for {before} days now, and for {days} days from {until} on. "
            "Older ones are erased then; save what you want to keep before: {site}/storage\n"
        ),
    ),
    "OrderFailed.storage": (
        "Your AllMyTracks order was not paid",
        (
            "Your order of cloud storage, {plan}, was not paid, so nothing started.{why}\n\n"
            "Your order: {site}/orders/{order}\n"
        ),
    ),
    "PaymentReturned.storage": (
        "Your AllMyTracks payment was returned",
        "The payment of your cloud storage, {plan}, was returned ({returned}).\n\nYour order: {site}/orders/{order}\n",
    ),
    "PaymentPartlyReturned.storage": (
        "A part of your AllMyTracks payment was returned",
        (
            "{returned} of the payment of your cloud storage, {plan}, have been returned so far.\n\n"
            "Your order: {site}/orders/{order}\n"
        ),
    ),
    "MembershipRestored.storage": (
        "Your AllMyTracks cloud storage runs again",
        (
            "The money of your cloud storage, {plan}, is with us after all, and it runs again.\n\n"
            "Your order: {site}/orders/{order}\n"
        ),
    ),
}
_LICENSES = {
    "LicenseIssued": (
        "Your AllMyTracks licence",
        (
            "Your licence{work} is issued. Its number is {number}.\n\n"
            "The letter, and the text for a platform that claims the music: {site}/licenses/{number}\n"
        ),
    ),
    "LicenseRevoked": (
        "A licence of your AllMyTracks account was revoked",
        (
            "Your licence {number} was revoked. Whoever checks a revoked licence sees since when, and the work may no "
            "longer be used under it.\n\nReason: {reason}.\n\nYour licences and since when each is revoked: "
            "{site}/licenses?status=revoked\n"
            "If you think that this is wrong, write to the customer service: {site}/support\n"
        ),
    ),
    "LicensesRevoked": (
        "Licences of your AllMyTracks account were revoked",
        (
            "Several licences of your account were revoked. Whoever checks a revoked licence sees since when, and the work "
            "may no longer be used under it.\n\nReason: {reason}.\n\nYour licences and since when each is revoked: "
            "{site}/licenses?status=revoked\n"
            "If you think that this is wrong, write to the customer service: {site}/support\n"
        ),
    ),
    "LicenseSuperseded": (
        "A corrected licence letter from AllMyTracks",
        (
            "For a clerical mistake in a name we issued another letter, {superseded_by}, in the place of your "
            "licence {number}. Its terms, project and purpose are the same. Use the new letter from now on: "
            "whoever checks the old one is led to it. Every other letter and agreement of your account with the same "
            "mistake is replaced in the same way.\n\nReason: {reason}.\n\nYour licences: {site}/licenses\n"
        ),
    ),
    "MusicAgreementIssued": (
        "Your AllMyTracks music licence agreement",
        (
            "The music licence agreement of your membership is ready. Its number is {number}; anyone can check it as they "
            "check a licence letter.\n\nYour orders and their agreements: {site}/orders\n"
        ),
    ),
}
_SPECIAL = {
    "SpecialLicenseQuoted": (
        "A special licence for you from AllMyTracks",
        (
            "We have made you an offer for a special licence, for {amount}. Read its terms, accept them and pay by the end "
            "of {valid_until} (UTC); then you get its letter. You need not take it, and your membership does not change "
            "either way.\n\nThe offer: {site}/orders/{order}\n"
        ),
    ),
    "SpecialLicensePaid": (
        "Your AllMyTracks special licence is paid",
        (
            "Thank you. Your payment of {amount} for a special licence is confirmed. Its letter is being made; you get "
            "another message with its number.\n\nYour invoice is with your order: {site}/orders/{order}\n"
        ),
    ),
    "OrderFailed.special": (
        "Your AllMyTracks order was not paid",
        "Your order of a special licence was not paid, so none was issued.{why}\n\nYour order: {site}/orders/{order}\n",
    ),
    "PaymentReturned.special": (
        "Your AllMyTracks payment was returned",
        (
            "The payment of your special licence was returned ({returned}), so the licence has ended.\n\n"
            "Your order: {site}/orders/{order}\n"
        ),
    ),
    "PaymentPartlyReturned.special": (
        "A part of your AllMyTracks payment was returned",
        (
            "{returned} of the payment of your special licence have been returned so far. The licence goes on as before."
            "\n\nYour order: {site}/orders/{order}\n"
        ),
    ),
    "OrderDeclined.special": (
        "The offer of a special licence was withdrawn",
        (
            "We have withdrawn our offer of a special licence, so it cannot be paid any more.{settled}\n\n"
            "The offer: {site}/orders/{order}\n"
        ),
    ),
    "MembershipRestored.special": (
        "Your AllMyTracks payment is with us after all",
        (
            "The money of your special licence is with us after all. If its letter was revoked before, write to us: you "
            "get another one.\n\nYour order: {site}/orders/{order}\n"
        ),
    ),
    "SpecialLicenseIssued": (
        "Your AllMyTracks special licence",
        (
            "Your special licence is issued, with exactly the terms that you accepted. Its number is {number}; "
            "anyone can check it as they check a licence letter.\n\n"
            "Your orders and their licences: {site}/orders\n"
        ),
    ),
}
_MEASURES = {
    "AccountRestricted": (
        "Your AllMyTracks account is restricted",
        (
            "Your account is restricted for a while: it can neither download nor license nor order. All that you have "
            "stays yours, and your account opens again by itself."
        ),
    ),
    "RestrictionLifted": (
        "Your AllMyTracks account is no longer restricted",
        "The restriction of your account was lifted. You can download, license and order again at once.",
    ),
    "AccountBanned": (
        "Your AllMyTracks account was banned",
        "Your account was banned. You can no longer sign in, download, license or buy.",
    ),
    "AccountUnbanned": ("Your AllMyTracks account is open again", "Your account is no longer banned."),
    "AccountFrozen": (
        "Your AllMyTracks account is frozen",
        (
            "Your account was frozen, and every session of it ended. Nobody can sign in until it is proved that the "
            "account is yours."
        ),
    ),
    "AccountUnfrozen": (
        "Your AllMyTracks account is no longer frozen",
        "Your account was opened again. Set a new password before you sign in, if another person may know the old one.",
    ),
    "AccountSuspended": (
        "Your AllMyTracks account is suspended",
        (
            "Your account was suspended: you can sign in and read, and nothing else. If what it was suspended for is "
            "not settled, it can be closed."
        ),
    ),
    "AccountReinstated": (
        "Your AllMyTracks account is open again",
        "The suspension of your account was lifted.",
    ),
    "GuardianAsked": (
        "Your AllMyTracks account waits for your guardian",
        (
            "We found that you are not of age. We wrote to your guardian; until your guardian consents, your account "
            "can only be read. Without a consent by the time given below, your account is closed and your data are "
            "erased. You can send your guardian the link again: {site}/account"
        ),
    ),
    "CorrectionDemanded": (
        "Correct the data of your AllMyTracks account",
        (
            "We found that these data of your account are not true or not complete: {fields}. Correct them, and write "
            "to the customer service when it is done. Until then your account can neither download nor license nor "
            "order; if they are not in order at the time given below, it is suspended, and can be closed.\n\n"
            "Your data: {site}/account"
        ),
    ),
    "CorrectionAccepted": (
        "The data of your AllMyTracks account are in order",
        "Thank you: your account can download, license and order again.",
    ),
    "TextTakenOff": (
        "A text of your AllMyTracks account was removed",
        "We removed this text of your account ({fields}), as it breaks the rules of use: “{text}”.",
    ),
    "TextDemanded": (
        "Change a text of your AllMyTracks account",
        (
            "This text of your account ({fields}) breaks the rules of use: “{text}”. Change or remove it until the "
            "time given below; otherwise your account is suspended.\n\nYour data: {site}/account"
        ),
    ),
    "LetterOfAuthorityAccepted": (
        "Your letter of authority was accepted",
        "We reviewed the letter of authority of your enterprise and accepted it. There is nothing left to do.",
    ),
    "LetterOfAuthorityRefused": (
        "Send another letter of authority",
        (
            "We reviewed the letter of authority of your enterprise and cannot accept it. Please send another until "
            "the time given below. Your membership and your licences are not affected.\n\n"
            "Where to send it: {site}/account/enterprise"
        ),
    ),
    "ClosingRefused": (
        "Your AllMyTracks account stays open",
        (
            "Your application to close your account was refused. What prevents it now, and the status of your "
            "application: {site}/account/closing"
        ),
    ),
    "InactivityWarned": (
        "Your AllMyTracks account is suspended soon",
        (
            "You have not used your account for a long time. Sign in once to keep it: otherwise it is suspended at the "
            "time given below, and closed some time after."
        ),
    ),
    "DownloadRevoked": (
        "A download of your AllMyTracks account was revoked",
        (
            "A download of your account was revoked: there are no more links to its file. Its licence is not "
            "touched by that; if it is revoked too, another mail says so.\n\nWhich one it is: {site}/downloads"
        ),
    ),
    "DamagesRecorded": (
        "A claim for damages was recorded for your AllMyTracks account",
        "We recorded a claim of {amount} against you for music that was used in breach of your agreement.",
    ),
}
_ACCESS = {
    "PasswordChanged": (
        "Your AllMyTracks password was changed",
        "The password of your account was changed, and every other session of it ended.",
    ),
    "PasswordReset": (
        "Your AllMyTracks password was reset",
        "The password of your account was reset with a code that was sent to you, and every session of it ended.",
    ),
    "LoginLinked": (
        "A login was linked to your AllMyTracks account",
        "An account of yours at another provider was linked to your account, and opens it from now on.",
    ),
    "AccountFrozenByMember": (
        "Your AllMyTracks account is frozen",
        (
            "Your account was frozen at your own request, and every session of it ended. Nobody can sign in until you "
            "have proved to the customer service that it is yours: send a request without signing in, and confirm it "
            "with the code that this address gets."
        ),
    ),
}
_DATA = {
    "DataExportReady": (
        "The archive of your AllMyTracks data is ready",
        (
            "The archive of everything that is stored of your account is ready. You can download it until {until}; after "
            "that it is deleted, and you can ask for another one.\n\nYour archives: {site}/account/data-exports\n\n"
            "If you did not ask for it, somebody else can use your account: set a new password at once, and write to "
            "the customer service: {site}/support\n"
        ),
    ),
    "DataExportFailed": (
        "The archive of your AllMyTracks data could not be made",
        (
            "The archive of everything that is stored of your account could not be made, for a fault of ours. We are "
            "looking into it. Please ask for it again tomorrow, or write to the customer service, who will see that you "
            "get it: {site}/support\n"
        ),
    ),
    "AccountClosing": (
        "Your AllMyTracks account is closed",
        (
            "Your account is closed with this notice. Nobody can sign in to it any more, memberships and services that "
            "were not used up end, and your personal data are erased; what the law obliges us to keep is kept apart "
            "under a pseudonym. None of this can be undone. Your licences stay valid and can be checked by their "
            "numbers. This address can sign up again ten days from now.\n\nReason: {reason}.\n\n"
            "What was erased, and what the law keeps until when, is on a signed receipt. Keep its number, nobody else "
            "has it: {receipt}.\n\n"
            "If you think that this is wrong, write to the customer service: {site}/support\n"
        ),
    ),
}
_SUPPORT = {
    "TicketAnswered": (
        "Your request {number}: {about}",
        (
            "Customer service wrote to you about your request {number}:\n\n{message}\n\n"
            "To reply, and to read the whole conversation: {site}/tickets/{number}\n"
        ),
    ),
    "TicketAnswered.stranger": (
        "Your request {number}: {about}",
        "Customer service wrote to you about your request {number}:\n\n{message}\n",
    ),
    "ProofOfOwnership": (
        "Your request {number}: proof that the account is yours",
        (
            "Your code for request {number} is {code}. It is valid for one hour and proves to our customer service that "
            "you own the account with this address. If you did not write to us, do nothing, and give the code to nobody.\n"
        ),
    ),
    "NoProofOfOwnership": (
        "Your request {number}: proof that the account is yours",
        (
            "You asked for a code for request {number}. We cannot send one: this is not the address of the account that "
            "the request is about. Send a new request with documents that prove whose account it is.\n"
        ),
    ),
}
_SIGNING_UP = {
    "FirstCode": (
        "Your AllMyTracks code",
        (
            "Your AllMyTracks code is {code}. It is valid for {hours} hours. If you did not sign up just now, do "
            "nothing.\n"
        ),
    ),
    "LaterCode": (
        "Your AllMyTracks code, with your password",
        (
            "Somebody signed up with your address before, and that sign-up still waits for its code. If it was you who "
            "signed up just now, enter the code {code} and the password that you have just chosen; whatever the other "
            "sign-up said is then gone. It is valid for {hours} hours. If you did not sign up just now, do nothing: a code "
            "that you had before still belongs to the sign-up that it was sent for.\n"
        ),
    ),
    "SignedUpAsMinor": (
        "Your AllMyTracks sign-up",
        (
            "Somebody signed up with your address just now. There is an earlier sign-up of a minor with this address, so "
            "that no adult's can be proved for now. Enter the code that was sent for the earlier one, or sign up again as "
            "a minor with your guardian's address. The earlier one is forgotten after {days} days. If you did not sign up "
            "just now, do nothing.\n"
        ),
    ),
    "AlreadyRegistered": (
        "You have an AllMyTracks account already",
        (
            "Someone signed up with this address, which has an account already. If it was you, sign in or reset your "
            "password at {site}; if not, there is nothing to do.\n"
        ),
    ),
    "AddressRests": (
        "Your AllMyTracks sign-up",
        (
            "Somebody signed up with your address just now. Its account was closed a few days ago, so that it can sign up "
            "again from {until} on. If you did not sign up just now, do nothing.\n"
        ),
    ),
    "GuardianConsent": (
        "Your consent to an AllMyTracks account",
        (
            "The member with the address {asked_by} wants to use AllMyTracks, is not of age, and gave you as guardian. "
            "If you agree, open this address within {days} days. If not, refuse at the same address, and the account and "
            "what it holds are erased; without an answer that happens after {days} days.\n\n"
            "{site}/guardian-consent?token={token}\n"
        ),
    ),
    "ResetCode": (
        "Your code for a new AllMyTracks password",
        (
            "Your code for a new AllMyTracks password is {code}. It is valid for {minutes} minutes. Setting the password "
            "ends every session of your account. If it was not you, do nothing: without the code nothing changes.\n"
        ),
    ),
    "NoAccount": (
        "There is no AllMyTracks account with your address",
        (
            "Somebody asked for a code for an AllMyTracks account with this address. There is no such account. If it was "
            "you, sign up at {site} or try another address; if not, there is nothing to do.\n"
        ),
    ),
    "FreezeCode": (
        "Your code to freeze your AllMyTracks account",
        (
            "Your code to freeze your AllMyTracks account is {code}. It is valid for {minutes} minutes. Nobody can sign "
            "in to a frozen account until you have proved to us that it is yours. If it was not you, do nothing: without "
            "the code nothing changes.\n"
        ),
    ),
    "SignInCode": (
        "Your code to sign in to AllMyTracks",
        (
            "Somebody signs in to your AllMyTracks account with the right password, from the network {network}{device}. If "
            "it is you, the code is {code}; it is valid for {minutes} minutes. If it is not, somebody knows your password: "
            "change it now.\n"
        ),
    ),
}
_MAILINGS = {
    "Maintenance": (
        "Maintenance on {day}",
        (
            "{words}\n\nFrom {starts} to {ends} you cannot order, download or license. Nothing is counted or charged "
            "meanwhile.\n"
        ),
    ),
    "NewAgreement": (
        "New version of our agreement: {title}",
        (
            "We published version {version} of “{title}”. It holds from {since} on.\n\n"
            "Read it, and the versions before it: {site}/agreements/{agreement}\n\n"
            "If you use AllMyTracks after that time, you accept it. If you do not agree, you can close your account "
            "in your settings, or write to the customer service: {site}/support\n"
        ),
    ),
    "EndOfService": (
        "AllMyTracks ends on {day}",
        (
            "{words}\n\nThe service ends on {until}. Until then everything works as before; "
            "nothing that would last longer can be bought. After that all accounts are closed, and what is stored of "
            "you is erased, except what the law obliges us to keep. Licences that were issued remain valid, and all "
            "can go on verifying them.\n\nDownload your files, letters and data before: {site}/account/data\n"
        ),
    ),
    "NewPurpose": (
        "We ask for your consent to a new purpose",
        (
            "From {since} on we ask for your consent to this use of your data:\n\n{words}\n\n"
            "Nothing is used for it unless you consent; a consent that you gave before does not cover "
            "it. You decide here, and can change it at any time: {site}/account/consents\n"
        ),
    ),
    "NewProcessors": (
        "Who processes your data: the list changes",
        (
            "From {since} on these also process data for us:\n\n{words}\n\nThe whole list: {site}/processors\n\n"
            "If you do not agree, you can close your account in your settings, or write to the customer service: "
            "{site}/support\n"
        ),
    ),
}
_PHRASES = {
    "transfer_consent": (
        "Sensitive data (gender, birthday) go with the transfer only if you consent; until then they are not passed on. "
        "You decide here: {site}/account/consents\n"
    ),
    "comma": ", ",
    "span": " It runs from {starts} to {ends}.",
    "over": " The membership that it had paid for has ended.",
    "goes_on": " Your membership goes on as before.",
    "to_settle": " What you paid for it will be returned by the way you paid.",
    "refund": " {amount} are given back by the way you paid.",
    "month": " It is for the month from {day} on.",
    "recordings_go_on": " Your recordings go on.",
    "renews": " It renews by itself each month until you cancel it, in your account or by writing to us.",
    "why": " Reason: {reason}.",
    "reason": "Reason: {reason}.",
    "until": "\nUntil: {until}.",
    "objection": "If you think that this is wrong, write to the customer service: {site}/support",
    "not_you": "If it was not you, somebody else can use your account: set a new password at {site}",
    "work": " for “{title}”",
    "device": " with {device}",
    "processor": "- {name} ({place}): {purpose}. Data: {data}.",
    "other_reason": "customer service will tell you",
    "other_field": "other data",
    # What became of a payment.
    "order_declined": " Money that was paid for it is returned by the way it was paid.",
    "amount_mismatch": " A payment came with another amount than the order's and did not count. It will be refunded.",
    "currency_mismatch": " A payment came in another currency than the order's and did not count. It will be refunded.",
    "paid_twice": " This order was paid more than once. The surplus is returned to the payer.",
    "order_expired": " This order was not paid in time. Place a new one.",
    "payment_failed": " The payment did not go through: {failure}",
    "failure": "the bank or the payment provider refused it. Try again or with another way to pay.",
    "failure.authentication_required": "the bank asks you to confirm the payment. Try again and confirm it.",
    "failure.payment_intent_authentication_failure": ("it was not confirmed with the bank. Try again and confirm it."),
    "failure.card_declined": "the card was declined. Try another card, or ask your bank.",
    "failure.card_not_supported": "the card does not support this kind of purchase. Try another card.",
    "failure.currency_not_supported": (
        "the card does not support this currency. Try another, or order in another currency."
    ),
    "failure.expired_card": "the card has expired. Try another card.",
    "failure.incorrect_cvc": "the security code was wrong. Try again.",
    "failure.incorrect_number": "the card's number was wrong. Try again.",
    "failure.incorrect_zip": "the postal code was wrong. Try again.",
    "failure.insufficient_funds": "there was not enough money for it. Try another card.",
    "failure.invalid_cvc": "the security code was wrong. Try again.",
    "failure.processing_error": "the bank had a technical problem. Try again.",
    "failure.try_again_later": "the bank had a technical problem. Try again later.",
}
_REASONS = {
    "downloads_too_fast": "many downloads within a minute",
    "many_networks": "downloads from many networks within a day",
    "many_devices": "downloads from many devices within a day",
    "scripted_client": "downloads by a program instead of a person",
    "even_intervals": "downloads at intervals that only a program keeps",
    "many_links": "very many links to old downloads",
    "fraud": "suspected abuse of downloads",
    "untrue_data": "untrue data about the account's owner",
    "breach_of_rules": "a breach of the rules of use",
    "unpaid_fee": "an unpaid fee",
    "lack_of_capacity": "the account's owner may not agree to the terms of use alone",
    "impersonation": "the account was opened in another's name",
    "robot_purchase": "a purchase by a program",
    "outside_purchase": "a purchase outside our own channel",
    "out_of_scope_use": "music was used beyond its licence",
    "illegal_use": "the account was used for something that the law forbids",
    "authority_order": "an authority ordered it",
    "member_request": "you applied for it",
    "guardian_request": "the guardian of the account's owner asked for it",
    "deceased": "its owner died",
    "inactivity": "the account was not used for 365 days",
    "no_longer_offered": "we do not make this offer any more",
    "end_of_service": "the service ends",
    "closing_blocked": "something prevents the closing of the account, as the account shows",
    "owner_in_doubt": "it is not clear that the account's owner applied",
    "investigation": "the use of the account is being looked into",
    "authority_shown": "the letter shows that you may act for the enterprise",
    "not_legible": "the letter cannot be read",
    "not_signed": "the letter is not signed",
    "other_company": "the letter is of another enterprise than the one of your account",
    "other_person": "the letter authorises another person",
    "no_authority": "the letter does not authorise its holder to use the service for the enterprise",
    "authority_expired": "the authority has expired",
    "payment_returned": "what was paid for it was returned",
    "account_banned": "the account was banned",
    "plan_for_individuals": "this account is an enterprise's, or will be once the membership begins that it paid for",
    "misspelt_name": "a name was misspelt",
    "incomplete_name": "a name was incomplete",
    "wrong_script": "a name was in the wrong script",
    "cleared": "we looked into it and found no reason for it",
}
_FIELDS = {
    "email": "e-mail address",
    "end_user": "end user",
    "display_name": "display name",
    "nickname": "nickname",
    "occupation": "occupation",
    "gender": "gender",
    "birthday": "birthday",
    "country": "country",
    "region": "region",
    "education": "education",
    "signature": "signature",
    "profile": "profile",
    "language": "language",
    "billing": "billing particulars",
    "enterprise": "particulars of the enterprise",
}

ENGLISH = Catalogue(
    language="en",
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
