#include "services/notification/domain/notice.hpp"

#include "services/notification/domain/template.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace notification {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

kit::events::Event confirmed() {
  kit::events::Event event;
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

TEST(Notice, OfAConfirmedOrderGoesToItsUser) {
  const auto notice = notice_of(confirmed());
  ASSERT_TRUE(notice);
  EXPECT_EQ(notice->kind, "order.confirmed");
  EXPECT_EQ(notice->to, (Address{"Alice <b>&", "alice@example.com"}));
}

TEST(Notice, IsNotForOtherEvents) {
  auto event = confirmed();
  for (const char* type : {"order.placed", "user.registered", ""}) {
    event.type = type;
    EXPECT_FALSE(notice_of(event)) << type;
  }
}

TEST(Notice, IsRefusedWhenTheEventLacksWhatTheMailSays) {
  for (const char* gone : {"order_id", "user", "lines", "total"}) {
    auto event = confirmed();
    event.data.erase(gone);
    EXPECT_THROW(notice_of(event), std::invalid_argument) << gone;
  }
  const auto with = [](const char* pointer, Json value) {
    auto event = confirmed();
    event.data[Json::json_pointer(pointer)] = std::move(value);
    return event;
  };
  EXPECT_THROW(notice_of(with("/user/email", nullptr)), std::invalid_argument);
  EXPECT_THROW(notice_of(with("/user/email", "alice@example.com\r\nBcc: b@x.org")), std::invalid_argument);
  EXPECT_THROW(notice_of(with("/user/name", 7)), std::invalid_argument);
  EXPECT_THROW(notice_of(with("/order_id", "17")), std::invalid_argument);
  EXPECT_THROW(notice_of(with("/lines", "none")), std::invalid_argument);
  EXPECT_THROW(notice_of(with("/lines/0/unit_price/currency", "???")), std::invalid_argument);
  EXPECT_THROW(notice_of(with("/total/minor", "59998")), std::invalid_argument);
  auto event = confirmed();
  event.data = "text";
  EXPECT_THROW(notice_of(event), std::invalid_argument);
}

TEST(OrderConfirmed, SaysItInTextAndEscapedInHtml) {
  const auto mail = compose(*notice_of(confirmed()));
  EXPECT_EQ(mail.subject, "Your order 17 is confirmed");
  EXPECT_THAT(mail.text, HasSubstr("Hello Alice <b>&,"));
  EXPECT_THAT(mail.text, HasSubstr("  2 x 27\" <Screen>, 299.99 USD each\n"));
  EXPECT_THAT(mail.text, HasSubstr("Total: 599.98 USD"));
  EXPECT_THAT(mail.html, HasSubstr("<p>Hello Alice &lt;b&gt;&amp;,</p>"));
  EXPECT_THAT(mail.html, HasSubstr("<td>27&quot; &lt;Screen&gt;</td>"));
  EXPECT_THAT(mail.html, Not(HasSubstr("<Screen>")));
}

TEST(Template, FillsEachNameForItsFormat) {
  EXPECT_EQ(fill("{{a}}, {{b}}", {{"a", "<1>"}, {"b", "2"}}, Format::Text), "<1>, 2");
  EXPECT_EQ(fill("{{a}} {{{a}}}", {{"a", "<'\"&>"}}, Format::Html), "&lt;&#39;&quot;&amp;&gt; <'\"&>");
  EXPECT_EQ(fill("{{a}}", {{"a", "x\r\ny\x7f"}}, Format::Text), "x  y ");
  EXPECT_EQ(fill("{{a}}", {{"a", "{{b}}"}, {"b", "no"}}, Format::Text), "{{b}}") << "values are no templates";
  EXPECT_THROW(fill("{{a}}", {}, Format::Text), std::logic_error);
  EXPECT_THROW(fill("{{a", {{"a", ""}}, Format::Text), std::logic_error);
}

}  // namespace
}  // namespace notification
