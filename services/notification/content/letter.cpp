#include "services/notification/content/letter.hpp"

#include "services/notification/content/template.hpp"

#include <algorithm>

namespace notification {
namespace {

constexpr std::size_t LONGEST_NAME = 100;  // bytes
constexpr std::size_t MOST_ITEMS = 200;

constexpr std::string_view HTML = R"(<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{{subject}}</title></head>
<body style="font-family: sans-serif">
<p>Hello {{name}},</p>
{{{body}}}</body>
</html>
)";
constexpr std::string_view HTML_ITEM =
    "<tr><td>{{product}}</td><td align=\"right\">{{quantity}}</td><td align=\"right\">{{price}}</td></tr>\n";
constexpr std::string_view HTML_TOTAL =
    "<tr><td><strong>Total</strong></td><td></td><td align=\"right\"><strong>{{total}}</strong></td></tr>\n";
constexpr std::string_view HTML_MORE = "<tr><td colspan=\"3\">and {{more}} more</td></tr>\n";

/// Both forms of the mail's body, as it grows.
struct Body {
  std::string text;
  std::string html;

  void paragraph(std::string_view content, const Values& values) {
    text += fill(content, values, Format::Text) + "\n\n";
    html += "<p>" + fill(content, values, Format::Html) + "</p>\n";
  }

  void link(std::string_view label, const std::string& target) {
    text += std::string(label) + ":\n" + target + "\n\n";
    html += "<p><a href=\"" + escape_html(target) + "\">" + escape_html(label) + "</a></p>\n";
  }

  void items(const Facts& facts) {
    if (facts.items.empty()) return;
    const bool priced = std::any_of(facts.items.begin(), facts.items.end(),
                                    [](const Item& i) { return i.price.has_value(); });
    html += "<table cellpadding=\"6\">\n<tr><th align=\"left\">Product</th><th align=\"right\">Quantity</th>";
    html += priced ? "<th align=\"right\">Each</th></tr>\n" : "<th></th></tr>\n";
    const auto shown = std::min(facts.items.size(), MOST_ITEMS);
    for (std::size_t i = 0; i < shown; ++i) {
      const auto& item = facts.items[i];
      const Values values{
          {"product", item.product}, {"quantity", item.quantity}, {"price", item.price.value_or("")}};
      text += fill(
          item.price ? "  {{quantity}} x {{product}}, {{price}} each\n" : "  {{quantity}} x {{product}}\n",
          values, Format::Text);
      html += fill(HTML_ITEM, values, Format::Html);
    }
    if (const auto more = facts.items.size() - shown; more > 0) {
      text += "  and " + std::to_string(more) + " more\n";
      html += fill(HTML_MORE, {{"more", std::to_string(more)}}, Format::Html);
    }
    text += '\n';
    if (facts.values.contains("total")) {
      text += fill("Total: {{total}}\n\n", facts.values, Format::Text);
      html += fill(HTML_TOTAL, facts.values, Format::Html);
    }
    html += "</table>\n";
  }
};

void add(Body& body, const Block& block, const Facts& facts, const std::string& public_url) {
  switch (block.form) {
    case Block::Form::Items:
      return body.items(facts);
    case Block::Form::Link:
      if (!public_url.empty() && fillable(block.path, facts.values))
        return body.link(block.text, public_url + fill(block.path, facts.values, Format::Url));
      if (!block.otherwise.empty() && fillable(block.otherwise, facts.values))
        body.paragraph(block.otherwise, facts.values);
      return;
    case Block::Form::Paragraph:
      if (fillable(block.text, facts.values)) body.paragraph(block.text, facts.values);
  }
}

}  // namespace

std::string greetable(const std::string& name) {
  if (name.size() > LONGEST_NAME) return {};
  for (const std::string_view sign : {"/", "\\", "@", ":", "www."})
    if (name.find(sign) != std::string::npos) return {};
  // "Dr. No" and "J.R." are names, "evil.example" is none.
  for (std::size_t i = 1; i + 2 < name.size(); ++i) {
    const auto lower = [](char c) { return (c >= 'a' && c <= 'z') || (c & 0x80) != 0; };
    if (name[i] == '.' && lower(name[i + 1]) && lower(name[i + 2])) return {};
  }
  return name;
}

Mail write_letter(const Kind& kind, const Address& to, const Facts& facts, const std::string& public_url) {
  const auto name = greetable(to.name);
  Mail mail{{name, to.email}, fill(kind.subject, facts.values, Format::Text), {}, {}};
  const Values greeting{{"name", name.empty() ? "there" : name}};
  Body body;
  for (const auto& block : kind.blocks) add(body, block, facts, public_url);
  mail.text = fill("Hello {{name}},\n\n", greeting, Format::Text) + body.text;
  mail.text.pop_back();
  mail.html = fill(HTML, {{"subject", mail.subject}, {"name", greeting.at("name")}, {"body", body.html}},
                   Format::Html);
  return mail;
}

}  // namespace notification
