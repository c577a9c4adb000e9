#include "services/notification/domain/order_confirmed.hpp"

#include "services/kit/money/money.hpp"
#include "services/notification/domain/template.hpp"

#include <stdexcept>

namespace notification {
namespace {

constexpr std::string_view SUBJECT = "Your order {{order}} is confirmed";

constexpr std::string_view TEXT = R"(Hello {{name}},

thank you: your order {{order}} is confirmed.

{{{lines}}}
Total: {{total}}
)";

constexpr std::string_view TEXT_LINE = "  {{quantity}} x {{product}}, {{price}} each\n";

constexpr std::string_view HTML = R"(<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Order {{order}}</title></head>
<body style="font-family: sans-serif">
<p>Hello {{name}},</p>
<p>thank you: your order <strong>{{order}}</strong> is confirmed.</p>
<table cellpadding="6">
<tr><th align="left">Product</th><th align="right">Quantity</th><th align="right">Each</th></tr>
{{{lines}}}<tr><td><strong>Total</strong></td><td></td><td align="right"><strong>{{total}}</strong></td></tr>
</table>
</body>
</html>
)";

constexpr std::string_view HTML_LINE =
    "<tr><td>{{product}}</td><td align=\"right\">{{quantity}}</td><td align=\"right\">{{price}}</td></tr>\n";

/// {"minor":29999,"currency":"USD"} as "299.99 USD"
std::string amount(const nlohmann::json& money) {
  const auto currency = kit::Currency::parse(money.at("currency").get<std::string>());
  if (!currency) throw std::invalid_argument("a currency that is not known");
  return kit::Money(money.at("minor").get<std::int64_t>(), *currency).decimal() + " " +
         std::string(currency->code());
}

}  // namespace

Mail order_confirmed(const Address& to, const nlohmann::json& data) {
  Values values{{"name", to.name.empty() ? "there" : to.name},
                {"order", std::to_string(data.at("order_id").get<std::int64_t>())},
                {"total", amount(data.at("total"))}};
  std::string text_lines;
  std::string html_lines;
  for (const auto& line : data.at("lines")) {
    const Values of_line{{"product", line.at("name").get<std::string>()},
                         {"quantity", std::to_string(line.at("quantity").get<std::int64_t>())},
                         {"price", amount(line.at("unit_price"))}};
    text_lines += fill(TEXT_LINE, of_line, Format::Text);
    html_lines += fill(HTML_LINE, of_line, Format::Html);
  }
  Mail mail{to, fill(SUBJECT, values, Format::Text), {}, {}};
  values["lines"] = text_lines;
  mail.text = fill(TEXT, values, Format::Text);
  values["lines"] = html_lines;
  mail.html = fill(HTML, values, Format::Html);
  return mail;
}

}  // namespace notification
