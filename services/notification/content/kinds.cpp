#include "services/notification/content/kinds.hpp"

namespace notification {
namespace {

using enum Block::Form;
using enum Kind::Recipient;

constexpr Block VIEW_ORDER{Link, "Look at your order", "/#/orders/{{order}}", ""};
constexpr Block EXPIRES{Paragraph, "It can be used until {{expires}}, once."};
constexpr Block NOT_YOU{Paragraph, "If you did not ask for this, you need not do anything."};

const std::vector<Kind> KINDS{
    {"order.confirmed",
     User,
     {"order", "total", "lines"},
     "Your order {{order}} is confirmed",
     {{Paragraph, "thank you: your order {{order}} is confirmed."}, {Items}, VIEW_ORDER}},
    {"order.rejected",
     User,
     {"order"},
     "Your order {{order}} could not be placed",
     {{Paragraph, "we are sorry: your order {{order}} could not be placed."},
      {Paragraph, "{{reason}}"},
      {Items},
      {Paragraph, "We have refunded {{refunded}}."}}},
    {"order.cancelled",
     User,
     {"order"},
     "Your order {{order}} is cancelled",
     {{Paragraph, "your order {{order}} is cancelled."},
      {Paragraph, "{{reason}}"},
      {Items},
      {Paragraph, "We have refunded {{refunded}}."},
      VIEW_ORDER}},
    {"order.shipped",
     User,
     {"order"},
     "Your order {{order}} is on its way",
     {{Paragraph, "your order {{order}} is on its way."},
      {Paragraph, "Carrier: {{carrier}}"},
      {Paragraph, "Tracking number: {{tracking_number}}"},
      {Items},
      VIEW_ORDER}},
    {"order.delivered",
     User,
     {"order"},
     "Your order {{order}} was delivered",
     {{Paragraph, "your order {{order}} was delivered. We hope that you like it."}, {Items}, VIEW_ORDER}},
    {"order.refunded",
     User,
     {"order", "amount"},
     "A refund for your order {{order}}",
     {{Paragraph, "we have refunded {{amount}} for your order {{order}}."},
      {Paragraph, "Reason: {{remark}}"},
      {Paragraph, "Refunded in all: {{refunded_total}} of {{total}}"},
      VIEW_ORDER}},
    {"user.registered",
     Self,
     {},
     "Welcome",
     {{Paragraph, "welcome: your account is ready. You log in with this e-mail address."},
      {Link, "Go to the shop", "/", ""}}},
    {"user.verification_requested",
     Self,
     {"token"},
     "Please confirm your e-mail address",
     {{Paragraph, "please confirm that this e-mail address is yours."},
      {Link, "Confirm my address", "/#/verify-email?token={{token}}",
       "Enter this code where you were asked for it: {{token}}"},
      EXPIRES,
      NOT_YOU}},
    {"user.password_reset_requested",
     Self,
     {"token"},
     "Set a new password",
     {{Paragraph, "somebody, hopefully you, asked for a new password for your account."},
      {Link, "Set a new password", "/#/reset-password?token={{token}}",
       "Enter this code where you were asked for it, with your new password: {{token}}"},
      EXPIRES,
      {Paragraph, "If that was not you, you need not do anything: your password stays as it is."}}},
    {"user.registration_repeated",
     Self,
     {},
     "You have an account already",
     {{Paragraph,
       "somebody, perhaps you, wanted to make an account with this e-mail address. There is one already, and "
       "nothing about it was changed."},
      {Paragraph, "If it was you: log in, or ask for a new password if you do not know it any more."},
      {Link, "Ask for a new password", "/#/forgot-password", ""},
      NOT_YOU}},
    {"user.password_changed",
     Self,
     {},
     "Your password was changed",
     {{Paragraph, "the password of your account was changed, and all other sessions were ended."},
      {Paragraph,
       "If that was not you, ask for a new password at once: somebody else may have been in your account."},
      {Link, "Ask for a new password", "/#/forgot-password", ""}}},
    {"user.email_changed",
     Self,
     {},
     "Your e-mail address was changed",
     {{Paragraph,
       "your account has another e-mail address now: you log in with that one, and mails about your account "
       "go "
       "there."},
      {Paragraph, "If that was not you, tell the shop at once: somebody else may be in your account."}}},
};

}  // namespace

std::span<const Kind> kinds() { return KINDS; }

const Kind* find_kind(std::string_view type) {
  for (const auto& kind : KINDS)
    if (kind.type == type) return &kind;
  return nullptr;
}

}  // namespace notification
