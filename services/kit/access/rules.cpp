#include "services/kit/access/rules.hpp"

namespace kit::access {

const Rule* find_rule(std::span<const Rule> rules, std::string_view service, http::Method method,
                      std::string_view pattern) {
  if (method == http::Method::Head) method = http::Method::Get;
  for (const auto& rule : rules)
    if (rule.service == service && rule.method == method && rule.pattern == pattern) return &rule;
  return nullptr;
}

}  // namespace kit::access
