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
bool is_rest(std::string_view segment) { return is_parameter(segment) && segment.ends_with("*}"); }

std::string parameter_name(std::string_view segment) {
  return std::string(segment.substr(1, segment.size() - (is_rest(segment) ? 3 : 2)));
}

void check(std::string_view pattern) {
  const auto malformed = [&](const char* why) {
    throw std::logic_error("route pattern \"" + std::string(pattern) + "\" " + why);
  };
  if (!pattern.starts_with('/')) malformed("must start with /");
  const auto segments = split(pattern);
  std::set<std::string> names;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto& segment = segments[i];
    if (segment.empty() && segments.size() > 1) malformed("has an empty segment");
    if (!is_parameter(segment)) {
      if (segment.find_first_of("{}*") != std::string::npos)
        malformed("has a parameter that is no whole segment");
      continue;
    }
    const auto inner = segment.substr(1, segment.size() - 2);
    if (!segment.ends_with('}') || inner.find_first_of("{}") != std::string::npos)
      malformed("has unbalanced braces");
    if (is_rest(segment) && i + 1 != segments.size()) malformed("goes on after {...*}");
    const auto name = parameter_name(segment);
    if (name.empty() || name.find('*') != std::string::npos) malformed("has a parameter without a name");
    if (!names.insert(name).second) malformed("names a parameter twice");
  }
}

}  // namespace

Router& Router::add(Route route) {
  check(route.pattern);
  if (!route.handler) throw std::logic_error("route " + route.pattern + " has no handler");
  auto& routes = nodes_[static_cast<std::size_t>(place(split(route.pattern)))].routes;
  if (!routes.emplace(route.method, static_cast<int>(routes_.size())).second)
    throw std::logic_error("route " + std::string(to_string(route.method)) + " " + route.pattern +
                           " is there already");
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

int Router::place(const Segments& pattern) {
  std::size_t at = 0;
  const auto step = [&](int existing) {
    if (existing >= 0) return existing;
    nodes_.emplace_back();
    return static_cast<int>(nodes_.size()) - 1;
  };
  for (const auto& segment : pattern) {
    int next;
    if (is_rest(segment)) {
      next = step(nodes_[at].rest);
      nodes_[at].rest = next;
    } else if (is_parameter(segment)) {
      next = step(nodes_[at].parameter);
      nodes_[at].parameter = next;
    } else {
      const auto found = nodes_[at].literals.find(segment);
      next = step(found == nodes_[at].literals.end() ? -1 : found->second);
      nodes_[at].literals[segment] = next;
    }
    at = static_cast<std::size_t>(next);
  }
  return static_cast<int>(at);
}

/// The route for the method below `node`, literal segments first; -1 without one.
int Router::find(int node, const Segments& path, std::size_t depth, Method method) const {
  const auto& here = nodes_[static_cast<std::size_t>(node)];
  if (depth == path.size()) {
    const auto found = here.routes.find(method);
    return found == here.routes.end() ? -1 : found->second;
  }
  int route = -1;
  if (const auto literal = here.literals.find(path[depth]); literal != here.literals.end())
    route = find(literal->second, path, depth + 1, method);
  if (route < 0 && here.parameter >= 0 && !path[depth].empty())
    route = find(here.parameter, path, depth + 1, method);
  if (route < 0 && here.rest >= 0) route = find(here.rest, path, path.size(), method);
  return route;
}

void Router::gather_allowed(int node, const Segments& path, std::size_t depth,
                            std::vector<Method>& into) const {
  const auto& here = nodes_[static_cast<std::size_t>(node)];
  if (depth == path.size()) {
    for (const auto& [method, route] : here.routes) into.push_back(method);
    return;
  }
  if (const auto literal = here.literals.find(path[depth]); literal != here.literals.end())
    gather_allowed(literal->second, path, depth + 1, into);
  if (here.parameter >= 0 && !path[depth].empty()) gather_allowed(here.parameter, path, depth + 1, into);
  if (here.rest >= 0) gather_allowed(here.rest, path, path.size(), into);
}

Router::Match Router::bind(int route, const Segments& path) const {
  Match match{&routes_[static_cast<std::size_t>(route)], {}};
  const auto pattern = split(match.route->pattern);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (!is_parameter(pattern[i])) continue;
    std::string value = path[i];
    if (is_rest(pattern[i]))
      for (std::size_t j = i + 1; j < path.size(); ++j) value += "/" + path[j];
    match.params.emplace(parameter_name(pattern[i]), std::move(value));
  }
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
    int route = find(0, path, 0, *method);
    if (route < 0 && *method == Method::Head) route = find(0, path, 0, Method::Get);
    if (route >= 0) return bind(route, path);
  }
  NotAllowed answer;
  gather_allowed(0, path, 0, answer.allowed);
  if (answer.allowed.empty()) return NotFound{};
  if (std::find(answer.allowed.begin(), answer.allowed.end(), Method::Get) != answer.allowed.end())
    answer.allowed.push_back(Method::Head);
  std::sort(answer.allowed.begin(), answer.allowed.end());
  answer.allowed.erase(std::unique(answer.allowed.begin(), answer.allowed.end()), answer.allowed.end());
  return answer;
}

}  // namespace kit::http
