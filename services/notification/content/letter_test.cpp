#include "services/notification/content/letter.hpp"

#include "services/notification/content/notice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace notification {
namespace {

using Json = nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string SHOP = "https://shop.example.com";

Json money(std::int64_t minor) { return {{"minor", minor}, {"currency", "USD"}}; }

Mail mail_for(const std::string& kind, const Json& data, const std::string& url = "",
              const std::string& name = "Alice") {
  return compose({kind, {name, "alice@example.com"}, data, {}, {}}, url);
}

const Json ORDER = {{"order_id", 17},
                    {"lines", {{{"name", "27\" <Screen>"}, {"quantity", 2}, {"unit_price", money(29999)}}}},
                    {"total", money(59998)}};

TEST(Letter, OfConfirmedOrderEscapesHtml) {
  const auto mail = mail_for("order.confirmed", ORDER, "", "Alice <b>&");
  EXPECT_EQ(mail.subject, "Your order 17 is confirmed");
  EXPECT_EQ(mail.text,
            "Hello Alice <b>&,\n\nthank you: your order 17 is confirmed.\n\n"
            "  2 x 27\" <Screen>, 299.99 USD each\n\nTotal: 599.98 USD\n");
  EXPECT_THAT(mail.html, AllOf(HasSubstr("<p>Hello Alice &lt;b&gt;&amp;,</p>"),
                               HasSubstr("<td>27&quot; &lt;Screen&gt;</td>"), Not(HasSubstr("<Screen>")),
                               HasSubstr("<strong>599.98 USD</strong>"), Not(HasSubstr("<a "))));
  EXPECT_THAT(mail_for("order.confirmed", ORDER, SHOP).html,
              HasSubstr("<a href=\"https://shop.example.com/#/orders/17\">"));
}

TEST(Letter, LeavesOutMissingValues) {
  const Json bare = {{"order_id", 17}};
  EXPECT_EQ(mail_for("order.rejected", bare).text,
            "Hello Alice,\n\nwe are sorry: your order 17 could not be placed.\n");
  EXPECT_EQ(mail_for("order.cancelled", bare).text, "Hello Alice,\n\nyour order 17 is cancelled.\n");
  EXPECT_EQ(mail_for("order.shipped", bare).text, "Hello Alice,\n\nyour order 17 is on its way.\n");
  EXPECT_EQ(mail_for("order.delivered", bare).text,
            "Hello Alice,\n\nyour order 17 was delivered. We hope that you like it.\n");
  EXPECT_EQ(mail_for("order.refunded", {{"order_id", 17}, {"amount", money(500)}}).text,
            "Hello Alice,\n\nwe have refunded 5.00 USD for your order 17.\n");
  const Json nulls = {{"order_id", 17},      {"reason", nullptr}, {"lines", nullptr},
                      {"refunded", nullptr}, {"carrier", ""},     {"total", nullptr}};
  EXPECT_EQ(mail_for("order.cancelled", nulls).text, mail_for("order.cancelled", bare).text);
}

TEST(Letter, ContainsTheEventsValues) {
  EXPECT_THAT(mail_for("order.rejected", {{"order_id", 17}, {"reason", "insufficient_stock"}}).text,
              HasSubstr("There is not enough of it in stock."));
  EXPECT_THAT(mail_for("order.rejected", {{"order_id", 17}, {"reason", "some_new_code"}}).text,
              Not(HasSubstr("code")));
  const auto cancelled = mail_for(
      "order.cancelled",
      {{"order_id", 17}, {"refunded", money(59998)}, {"lines", {{{"name", "Laptop"}, {"quantity", 1}}}}});
  EXPECT_THAT(cancelled.text, AllOf(HasSubstr("We have refunded 599.98 USD."), HasSubstr("  1 x Laptop\n")));
  EXPECT_THAT(mail_for("order.cancelled", {{"order_id", 17}, {"refunded", money(0)}}).text,
              Not(HasSubstr("refunded")));
  EXPECT_THAT(
      mail_for("order.shipped", {{"order_id", 17}, {"carrier", "DHL <x>"}, {"tracking_number", "00&1"}}).html,
      AllOf(HasSubstr("Carrier: DHL &lt;x&gt;"), HasSubstr("Tracking number: 00&amp;1")));
  EXPECT_THAT(
      mail_for("order.refunded", {{"order_id", 17},
                                  {"amount", money(500)},
                                  {"refunded_total", money(700)},
                                  {"total", money(59998)},
                                  {"reason", "it was broken"}})
          .text,
      AllOf(HasSubstr("Reason: it was broken"), HasSubstr("Refunded in all: 7.00 USD of 599.98 USD")));
}

TEST(Letter, HasTokenInLinkOrAsCode) {
  const Json data = {{"token", "a+b/c\"<d"}, {"expires_at", "2026-01-31T12:00:00Z"}};
  for (const auto& [kind, page] : {std::pair{"user.verification_requested", "/#/verify-email"},
                                   std::pair{"user.password_reset_requested", "/#/reset-password"}}) {
    const auto linked = mail_for(kind, data, SHOP);
    const auto link = SHOP + page + "?token=a%2Bb%2Fc%22%3Cd";
    EXPECT_THAT(linked.text, HasSubstr(":\n" + link + "\n"));
    EXPECT_THAT(linked.html, HasSubstr("<a href=\"" + link + "\">"));
    EXPECT_THAT(linked.text, HasSubstr("until 31 January 2026, 12:00 UTC"));
    const auto bare = mail_for(kind, data);
    EXPECT_THAT(bare.text, AllOf(HasSubstr(": a+b/c\"<d\n"), Not(HasSubstr("http"))));
    EXPECT_THAT(bare.html, HasSubstr(": a+b/c&quot;&lt;d</p>"));
    EXPECT_THAT(linked.subject, Not(HasSubstr("a+b"))) << "subjects are seen on locked screens";
  }
}

TEST(Letter, OfLongOrderIsBounded) {
  Json data = ORDER;
  for (int i = 0; i < 1000; ++i) data["lines"].push_back({{"name", "x"}, {"quantity", 1}});
  EXPECT_THAT(mail_for("order.confirmed", data).text, HasSubstr("and 801 more"));
}

TEST(Letter, DoesNotGreetByNamesLikeLinks) {
  for (const char* name :
       {"Alice", "Zoë <b>", "Dr. No", "J.R.R. Tolkien", "O'Neill, Shaquille", "漢字", "A."})
    EXPECT_EQ(greetable(name), name);
  for (const char* name : {"Win at http://evil.example", "www.evil", "evil.example", "go to evil.co", "a@b",
                           "evil.例え", "\\\\evil\\share"})
    EXPECT_EQ(greetable(name), "") << name;
  EXPECT_EQ(greetable(std::string(101, 'a')), "");
  const auto mail = mail_for("user.registration_repeated", Json::object(), "", "See evil.example now");
  EXPECT_THAT(mail.text, AllOf(HasSubstr("Hello there,"), Not(HasSubstr("evil"))));
  EXPECT_EQ(mail.to.name, "");
}

}  // namespace
}  // namespace notification
