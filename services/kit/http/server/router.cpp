#include "services/kit/http/server/router.hpp"

#include "services/kit/encoding/percent.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>

namespace kit::http {
namespace {

/// "/a//b" -> {"a", "", "b"}; "/" -> {""}.
std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> out;
  path.remove_prefix(1);
  for (;;) {
    const auto slash = path.find('/');
    out.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return out;
    path.remove_prefix(slash + 1);
  }
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }
std::string parameter_name(std::string_view segment) {
  return std::string(segment.substr(1, segment.size() - 2));
}

void check(std::string_view pattern) {
  const auto malformed = [&](const char* why) {
    throw std::logic_error("route pattern \"" + std::string(pattern) + "\" " + why);
  };
  if (!pattern.starts_with('/')) malformed("must start with /");
  const auto segments = split(pattern);
  std::set<std::string> names;
  for (const auto& segment : segments) {
    if (segment.empty() && segments.size() > 1) malformed("has an empty segment");
    const bool parameter = is_parameter(segment) && segment.size() > 2 && segment.ends_with('}');
    const auto inner = parameter ? parameter_name(segment) : segment;
    if (inner.find_first_of("{}*") != std::string::npos)
      malformed("has a parameter that is no whole segment or has no name");
    if (parameter && !names.insert(inner).second) malformed("names a parameter twice");
  }
}

/// Whether both patterns match the same paths.
bool same_paths(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](const auto& a, const auto& b) {
    return a == b || (is_parameter(a) && is_parameter(b));
  });
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                    [](const auto& wanted, const auto& given) {
                      return is_parameter(wanted) ? !given.empty() : wanted == given;
                    });
}

/// Whether the first segment in which they differ in kind is a literal in `one`. For patterns of the same
/// path.
bool precedes(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  return std::lexicographical_compare(
      one.begin(), one.end(), other.begin(), other.end(),
      [](const auto& a, const auto& b) { return !is_parameter(a) && is_parameter(b); });
}

}  // namespace

Router& Router::add(Route route) {
  check(route.pattern);
  if (!route.handler) throw std::logic_error("route " + route.pattern + " has no handler");
  auto pattern = split(route.pattern);
  for (std::size_t i = 0; i < routes_.size(); ++i)
    if (routes_[i].method == route.method && same_paths(patterns_[i], pattern))
      throw std::logic_error("route " + std::string(to_string(route.method)) + " " + route.pattern +
                             " is there already");
  patterns_.push_back(std::move(pattern));
  routes_.push_back(std::move(route));
  return *this;
}

Router& Router::add(Method method, std::string pattern, Handler handler, Lane lane) {
  return add(Route{method, std::move(pattern), std::move(handler), lane});
}

Router& Router::get(std::string pattern, Handler handler, Lane lane) {
  return add(Method::Get, std::move(pattern), std::move(handler), lane);
}

Router& Router::post(std::string pattern, Handler handler) {
  return add(Method::Post, std::move(pattern), std::move(handler));
}

Router& Router::put(std::string pattern, Handler handler) {
  return add(Method::Put, std::move(pattern), std::move(handler));
}

Router& Router::patch(std::string pattern, Handler handler) {
  return add(Method::Patch, std::move(pattern), std::move(handler));
}

Router& Router::del(std::string pattern, Handler handler) {
  return add(Method::Delete, std::move(pattern), std::move(handler));
}

std::optional<Router::Match> Router::find(Method method, const Segments& path) const {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (routes_[i].method == method && matches(patterns_[i], path) &&
        (!best || precedes(patterns_[i], patterns_[*best])))
      best = i;
  }
  if (!best) return std::nullopt;
  Match match{&routes_[*best], {}};
  const auto& pattern = patterns_[*best];
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (is_parameter(pattern[i])) match.params.emplace(parameter_name(pattern[i]), path[i]);
  return match;
}

std::variant<Router::Match, Router::NotAllowed, Router::NotFound> Router::match(std::optional<Method> method,
                                                                                std::string_view raw) const {
  if (!raw.starts_with('/')) return NotFound{};
  auto path = split(raw);
  for (auto& segment : path) {
    auto decoded = percent::decode(segment);
    if (!decoded) return NotFound{};
    segment = std::move(*decoded);
  }
  if (method) {
    auto found = find(*method, path);
    if (!found && *method == Method::Head) found = find(Method::Get, path);
    if (found) return std::move(*found);
  }
  std::set<Method> allowed;
  for (std::size_t i = 0; i < routes_.size(); ++i)
    if (matches(patterns_[i], path)) allowed.insert(routes_[i].method);
  if (allowed.empty()) return NotFound{};
  if (allowed.contains(Method::Get)) allowed.insert(Method::Head);
  return NotAllowed{{allowed.begin(), allowed.end()}};
}

}  // namespace kit::http
