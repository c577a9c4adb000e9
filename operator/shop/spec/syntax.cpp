#include "operator/shop/spec/syntax.hpp"

#include <algorithm>

namespace shop {
namespace {

bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool alphanumeric(char c) { return lower(c) || digit(c) || (c >= 'A' && c <= 'Z'); }

bool is_dns_name(std::string_view text) {
  const auto at_end = [](char c) { return lower(c) || digit(c); };
  return !text.empty() && text.size() <= 253 && at_end(text.front()) && at_end(text.back()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return at_end(c) || c == '-' || c == '.'; });
}

}  // namespace

bool is_label_value(std::string_view text) {
  return !text.empty() && text.size() <= 63 && alphanumeric(text.front()) && alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

bool is_label_key(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return is_label_value(text);
  return is_dns_name(text.substr(0, slash)) && is_label_value(text.substr(slash + 1));
}

bool is_variable_name(std::string_view text) {
  return !text.empty() && !digit(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return alphanumeric(c) || c == '_'; });
}

}  // namespace shop
