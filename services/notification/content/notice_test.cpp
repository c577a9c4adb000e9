#include "services/notification/content/notice.hpp"

#include "services/kit/messaging/consumer.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <gtest/gtest.h>

namespace notification {
namespace {

using Json = nlohmann::json;
using kit::messaging::Unreadable;

kit::messaging::Event confirmed() {
  kit::messaging::Event event;
  event.id = "e1";
  event.type = "order.confirmed";
  event.subject = "order/17";
  event.data = {{"order_id", 17},
                {"user", {{"id", 1}, {"name", "Alice <b>&"}, {"email", "alice@example.com"}}},
                {"lines",
                 {{{"product_id", 1},
                   {"name", "27\" <Screen>"},
                   {"quantity", 2},
                   {"unit_price", {{"minor", 29999}, {"currency", "USD"}}}}}},
                {"total", {{"minor", 59998}, {"currency", "USD"}}}};
  return event;
}

kit::messaging::Event account(const std::string& type, const Json& more = Json::object()) {
  kit::messaging::Event event;
  event.id = "e2";
  event.type = type;
  event.subject = "user/7";
  event.data = {{"user_id", 7}, {"name", "Alice"}, {"email", "alice@example.com"}};
  event.data.update(more);
  return event;
}

TEST(Notice, OfConfirmedOrderGoesToItsUser) {
  const auto notice = notice_of(confirmed());
  ASSERT_TRUE(notice);
  EXPECT_EQ(notice->kind, "order.confirmed");
  EXPECT_EQ(notice->to, (Address{"Alice <b>&", "alice@example.com"}));
}

TEST(Notice, IgnoresOtherEvents) {
  auto event = confirmed();
  for (const char* type : {"order.placed", "user.changed", "stock.low", ""}) {
    event.type = type;
    EXPECT_FALSE(notice_of(event)) << type;
  }
}

TEST(Notice, RejectsEventsWithoutRequiredData) {
  for (const char* gone : {"order_id", "user", "lines", "total"}) {
    auto event = confirmed();
    event.data.erase(gone);
    EXPECT_THROW(notice_of(event), Unreadable) << gone;
  }
  const auto with = [](const char* pointer, Json value) {
    auto event = confirmed();
    event.data[Json::json_pointer(pointer)] = std::move(value);
    return event;
  };
  EXPECT_THROW(notice_of(with("/user/email", nullptr)), Unreadable);
  EXPECT_THROW(notice_of(with("/user/email", "alice@example.com\r\nBcc: b@x.org")), Unreadable);
  EXPECT_THROW(notice_of(with("/user/name", 7)), Unreadable);
  EXPECT_THROW(notice_of(with("/order_id", "17")), Unreadable);
  EXPECT_THROW(notice_of(with("/lines", "none")), Unreadable);
  EXPECT_THROW(notice_of(with("/lines/0/unit_price/currency", "???")), Unreadable);
  EXPECT_THROW(notice_of(with("/total/minor", "59998")), Unreadable);
  auto event = confirmed();
  event.data = "text";
  EXPECT_THROW(notice_of(event), Unreadable);
}

TEST(Notice, KeepsTheMailsDataWithoutTheRecipient) {
  const auto notice = notice_of(confirmed());
  EXPECT_EQ(notice->user, kit::UserId{1});
  EXPECT_FALSE(notice->expires);
  EXPECT_EQ(notice->data.dump().find("alice@example.com"), std::string::npos);
  auto event =
      account("user.verification_requested", {{"token", "t-1"}, {"expires_at", "2026-01-31T13:00:00+01:00"}});
  const auto asked = notice_of(event);
  EXPECT_EQ(asked->user, kit::UserId{7});
  EXPECT_EQ(asked->to, (Address{"Alice", "alice@example.com"}));
  EXPECT_EQ(asked->data, (Json{{"token", "t-1"}, {"expires_at", "2026-01-31T13:00:00+01:00"}}));
  EXPECT_EQ(asked->expires, kit::parse_rfc3339("2026-01-31T12:00:00Z"));
}

TEST(Notice, WelcomesAccountsOnly) {
  EXPECT_TRUE(notice_of(account("user.registered", {{"kind", "account"}})));
  EXPECT_FALSE(notice_of(account("user.registered", {{"kind", "guest"}})));
  EXPECT_FALSE(notice_of(account("user.registered")));
}

TEST(Notice, OfEndedOrderNeedsARecipient) {
  auto event = confirmed();
  for (const char* type : {"order.rejected", "order.cancelled"}) {
    event.type = type;
    event.data = {{"order_id", 17}, {"user_id", 1}, {"reason", "insufficient_stock"}};
    EXPECT_FALSE(notice_of(event)) << "as in versions whose events did not name the customer";
    event.data = {{"order_id", 17}};
    EXPECT_THROW(notice_of(event), Unreadable);
  }
}

TEST(Notice, OfErasedCustomersOrderHasNoRecipient) {
  auto event = confirmed();
  event.data["user"] = {{"id", 1}, {"name", ""}, {"email", ""}};
  EXPECT_FALSE(notice_of(event));
  event.data["user"] = {{"id", 1}, {"name", ""}};
  EXPECT_THROW(notice_of(event), Unreadable);
}

TEST(Notice, RejectsTokensThatCannotBeMailed) {
  for (const char* type : {"user.verification_requested", "user.password_reset_requested"}) {
    EXPECT_THROW(notice_of(account(type)), Unreadable);
    EXPECT_THROW(notice_of(account(type, {{"token", ""}})), Unreadable);
    EXPECT_THROW(notice_of(account(type, {{"token", "a b"}})), Unreadable);
    EXPECT_THROW(notice_of(account(type, {{"token", "a\r\nBcc: x"}})), Unreadable);
    EXPECT_THROW(notice_of(account(type, {{"token", std::string(600, 'a')}})), Unreadable);
    EXPECT_THROW(notice_of(account(type, {{"token", "t"}, {"expires_at", "soon"}})), Unreadable);
    EXPECT_TRUE(notice_of(account(type, {{"token", "t"}, {"expires_at", nullptr}})));
  }
}

}  // namespace
}  // namespace notification
