#include "services/notification/content/template.hpp"

#include "services/kit/encoding/percent.hpp"

#include <optional>
#include <stdexcept>

namespace notification {
namespace {

std::string without_controls(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if ((c >= 0 && c < ' ') || c == 0x7F) c = ' ';
  return out;
}

/// A {{name}} or {{{name}}} in a text.
struct Placeholder {
  std::size_t begin;
  std::size_t end;
  std::string_view name;
  bool raw;
};

std::optional<Placeholder> next_placeholder(std::string_view text) {
  const auto open = text.find("{{");
  if (open == std::string_view::npos) return std::nullopt;
  const bool raw = text.substr(open).starts_with("{{{");
  const std::string_view closing = raw ? "}}}" : "}}";
  const auto start = open + closing.size();
  const auto close = text.find(closing, start);
  if (close == std::string_view::npos) throw std::logic_error("a template's braces do not close");
  return Placeholder{open, close + closing.size(), text.substr(start, close - start), raw};
}

std::string escape(const std::string& value, Format format) {
  switch (format) {
    case Format::Html:
      return escape_html(without_controls(value));
    case Format::Url:
      return kit::http::percent::encode(value);
    case Format::Text:
      break;
  }
  return without_controls(value);
}

}  // namespace

std::string escape_html(std::string_view text) {
  static const std::map<char, std::string_view> ESCAPES{
      {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
  std::string out;
  for (const char c : text) {
    const auto escape = ESCAPES.find(c);
    if (escape == ESCAPES.end())
      out += c;
    else
      out += escape->second;
  }
  return out;
}

std::string fill(std::string_view text, const Values& values, Format format) {
  std::string out;
  while (const auto placeholder = next_placeholder(text)) {
    const auto value = values.find(placeholder->name);
    if (value == values.end())
      throw std::logic_error("a template has no value for " + std::string(placeholder->name));
    out += text.substr(0, placeholder->begin);
    out += placeholder->raw ? value->second : escape(value->second, format);
    text.remove_prefix(placeholder->end);
  }
  return out += text;
}

bool fillable(std::string_view text, const Values& values) {
  while (const auto placeholder = next_placeholder(text)) {
    if (!values.contains(placeholder->name)) return false;
    text.remove_prefix(placeholder->end);
  }
  return true;
}

}  // namespace notification
