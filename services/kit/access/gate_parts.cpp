#include "services/kit/access/gate_parts.hpp"

#include "services/kit/config/config.hpp"

#include <stdexcept>

namespace kit::access {
namespace {

bool same(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

std::string name(const http::Route& route) {
  return std::string(http::to_string(route.method)) + " " + route.pattern;
}

}  // namespace

Table rules_of(std::span<const Rule> rules, const std::string& service, const http::Router& router,
               bool internal) {
  Table table;
  for (const auto& route : router.routes()) {
    const bool operations = internal && !route.pattern.starts_with("/internal/");
    const Rule* rule = operations ? nullptr : find_rule(rules, service, route.method, route.pattern);
    if (!operations && !rule) throw std::logic_error(service + " has no rule for " + name(route));
    if (rule && (rule->who == Who::Caller) != internal)
      throw std::logic_error(name(route) + " is on the wrong port");
    table[{route.method, route.pattern}] = rule;
  }
  return table;
}

const Rule* rule_of(const Table& table, const http::Route& route) {
  const auto it = table.find({route.method, route.pattern});
  if (it == table.end()) throw std::logic_error("a route that the gate was not told of: " + route.pattern);
  return it->second;
}

std::shared_ptr<identity::KeyFile> open_keys(const std::string& key, const std::string& path) {
  if (path.empty()) return nullptr;
  auto file = std::make_shared<identity::KeyFile>(path);
  try {
    file->keys();
  } catch (const std::runtime_error& e) {
    throw config::Error(key + ": " + e.what());
  }
  return file;
}

Problem unauthorized() { return problem::unauthorized("A valid access token is needed."); }

std::optional<std::string> bearer(const http::Headers& headers) {
  std::optional<std::string_view> value;
  for (const auto& [name, field] : headers.all()) {
    if (!same(name, "authorization")) continue;
    if (value) throw unauthorized();
    value = field;
  }
  if (!value) return std::nullopt;
  const auto space = value->find(' ');
  if (space == std::string_view::npos || !same(value->substr(0, space), "bearer")) throw unauthorized();
  const auto start = value->find_first_not_of(' ', space);
  if (start == std::string_view::npos) throw unauthorized();
  return std::string(value->substr(start));
}

std::string text_claim(const nlohmann::json& claims, const char* name) {
  const auto it = claims.find(name);
  return it != claims.end() && it->is_string() ? it->get<std::string>() : std::string();
}

}  // namespace kit::access
