#pragma once
#include "services/kit/http/message/message.hpp"

#include <span>
#include <string_view>

namespace kit::access {

/// Who may call a route.
enum class Who {
  Anyone,    ///< no token needed
  Customer,  ///< any valid access token; the handler checks whose thing it is
  Staff,     ///< staff and admin
  Admin,
  Caller,  ///< another service, proved by its ServiceAccount token; which ones, `callers` says
};

/// One line of the permission table. Every route that a service registers has exactly one, or it does not
/// start.
struct Rule {
  std::string_view service;  ///< "user", "product", "order", "notification"
  http::Method method;
  std::string_view pattern;  ///< as registered: "/users/{id}"
  Who who;
  bool open = false;              ///< in `access: Open` callers without a token may, too
  std::string_view callers = {};  ///< for Who::Caller: service names, comma-separated
};

/// All routes of all services: the one place that says who may do what. HEAD follows GET.
std::span<const Rule> rules();

/// The rule for a route of `service`; null when the table has none.
const Rule* find_rule(std::string_view service, http::Method method, std::string_view pattern);

}  // namespace kit::access
