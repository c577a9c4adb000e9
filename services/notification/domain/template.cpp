#include "services/notification/domain/template.hpp"

#include <stdexcept>

namespace notification {
namespace {

std::string one_line(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if ((c >= 0 && c < ' ') || c == 0x7F) c = ' ';
  return out;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string fill(std::string_view text, const Values& values, Format format) {
  std::string out;
  for (;;) {
    const auto open = text.find("{{");
    out += text.substr(0, open);
    if (open == std::string_view::npos) return out;
    const bool raw = text.substr(open).starts_with("{{{");
    const std::string_view closing = raw ? "}}}" : "}}";
    const auto start = open + closing.size();
    const auto close = text.find(closing, start);
    if (close == std::string_view::npos) throw std::logic_error("a template's braces do not close");
    const auto value = values.find(text.substr(start, close - start));
    if (value == values.end())
      throw std::logic_error("a template has no value for " + std::string(text.substr(start, close - start)));
    const auto line = raw ? value->second : one_line(value->second);
    out += raw || format == Format::Text ? line : escape_html(line);
    text.remove_prefix(close + closing.size());
  }
}

}  // namespace notification
