#include "services/notification/mail/mail.hpp"

#include <sstream>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace notification {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const Address SHOP{"The Shop", "shop@example.com"};
const std::chrono::system_clock::time_point DATE{std::chrono::seconds(1'700'000'000)};

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  std::size_t start = 0;
  for (auto end = text.find("\r\n"); end != std::string::npos; end = text.find("\r\n", start)) {
    out.push_back(text.substr(start, end - start));
    start = end + 2;
  }
  EXPECT_EQ(start, text.size()) << "the last line ends, too";
  return out;
}

/// The names of the header fields, in order.
std::vector<std::string> header_names(const std::string& mime) {
  std::vector<std::string> out;
  for (const auto& line : lines(mime)) {
    if (line.empty()) break;
    if (line.front() != ' ') out.push_back(line.substr(0, line.find(':')));
  }
  return out;
}

const std::vector<std::string> NAMES{"From",           "To",           "Subject",     "Date", "Message-ID",
                                     "Auto-Submitted", "MIME-Version", "Content-Type"};

TEST(Mime, HasHeadersAndBothParts) {
  const auto mime = to_mime({{"Alice", "alice@example.com"}, "Order 7", "text", "<p>html</p>"}, SHOP,
                            "<id@example.com>", DATE);
  EXPECT_EQ(header_names(mime), NAMES);
  EXPECT_THAT(mime,
              StartsWith("From: The Shop\r\n <shop@example.com>\r\nTo: Alice\r\n <alice@example.com>\r\n"));
  EXPECT_THAT(mime, HasSubstr("\r\nSubject: Order 7\r\n"));
  EXPECT_THAT(mime, HasSubstr("\r\nDate: Tue, 14 Nov 2023 22:13:20 +0000\r\n"));
  EXPECT_THAT(mime, HasSubstr("\r\nMessage-ID: <id@example.com>\r\n"));
  EXPECT_THAT(
      mime, HasSubstr("text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\ndGV4dA==\r\n"));
  EXPECT_THAT(
      mime,
      HasSubstr("text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+aHRtbDwvcD4=\r\n"));
  EXPECT_THAT(mime, EndsWith("--\r\n"));
}

TEST(Mime, PreventsHeaderInjection) {
  for (const std::string evil :
       {"x\r\nBcc: all@example.org", "x\nBcc: all@example.org", "x\rBcc: all@example.org",
        "x\r\n\r\n<script>", "\" <all@example.org>, \"", "=?utf-8?Q?=0ABcc:?=", "a, b; c"}) {
    const auto mime = to_mime({{evil, "alice@example.com"}, evil, evil, evil}, {evil, "shop@example.com"},
                              message_id(evil, SHOP), DATE);
    EXPECT_EQ(header_names(mime), NAMES) << evil;
    EXPECT_THAT(mime.substr(0, mime.find("\r\n\r\n")), Not(HasSubstr("all@example.org"))) << evil;
  }
  for (const std::string evil : {"a@x.org\r\nBcc: b@x.org", "a@x.org>", "a@x.org, b@x.org", "a b@x.org", "",
                                 "a", "@x", "a@x@y", "a@x.org\n", "\"a\"@x.org"}) {
    EXPECT_THROW(to_mime({{"", evil}, "", "", ""}, SHOP, "<i@x>", DATE), std::invalid_argument) << evil;
    EXPECT_THROW(to_mime({{"", "a@x.org"}, "", "", ""}, {"", evil}, "<i@x>", DATE), std::invalid_argument)
        << evil;
  }
}

TEST(Mime, HasNoLineOver78Characters) {
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "Größe 漢字 ";
  for (const auto& line :
       lines(to_mime({{wide, "alice@example.com"}, wide, wide, wide}, SHOP, "<i@x>", DATE)))
    EXPECT_LE(line.size(), 78u) << line;
}

TEST(HeaderText, DoesNotSplitCharacters) {
  EXPECT_EQ(header_text("Your order 7 is confirmed"), "Your order 7 is confirmed");
  EXPECT_EQ(header_text("Zoë"), "=?utf-8?B?Wm/Dqw==?=");
  EXPECT_EQ(header_text("a,b"), "=?utf-8?B?YSxi?=");
  // 41 letters, then a character of two bytes that would be cut at 42.
  const auto folded = header_text(std::string(41, 'a') + "é");
  EXPECT_THAT(folded, EndsWith("\r\n =?utf-8?B?w6k=?="));
}

TEST(MessageId, IsThePlainEventIdOrItsHash) {
  EXPECT_EQ(message_id("6b1c-77", SHOP), "<6b1c-77@example.com>");
  const auto odd = message_id("a> \r\nb", SHOP);
  EXPECT_EQ(odd.size(), std::string("<@example.com>").size() + 32);
  EXPECT_EQ(odd, message_id("a> \r\nb", SHOP)) << "the same each time";
  EXPECT_NE(odd, message_id("a> \r\nc", SHOP));
}

TEST(ParseAddress, ReadsWithAndWithoutName) {
  EXPECT_EQ(parse_address("shop@example.com"), (Address{"", "shop@example.com"}));
  EXPECT_EQ(parse_address(" The Shop <shop@example.com>"), SHOP);
  EXPECT_EQ(parse_address("\"Shop, The\" <shop@example.com>"), (Address{"Shop, The", "shop@example.com"}));
  for (const char* wrong : {"", "shop", "<shop>", "Shop <shop@example.com", "a@x.org, b@x.org",
                            "S\r\nhop <a@x.org>", "Shop <a@x.org> <b@x.org>"})
    EXPECT_FALSE(parse_address(wrong)) << wrong;
}

}  // namespace
}  // namespace notification
