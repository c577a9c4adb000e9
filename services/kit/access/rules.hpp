#pragma once
#include "services/kit/http/message/message.hpp"

#include <string_view>

namespace kit::access {

/// Who may call a route.
enum class Who {
  Anyone,    ///< no token needed
  Customer,  ///< any valid access token; the handler checks that the resource is the caller's
  Staff,     ///< staff and admin
  Admin,
  Caller,  ///< another service, authenticated by its ServiceAccount token; `callers` lists which
};

/// One line of a permission table. A service does not start when one of its routes has no rule.
struct Rule {
  std::string_view service;  ///< "user"
  http::Method method;
  std::string_view pattern;  ///< as registered: "/users/{id}"
  Who who;
  bool open = false;              ///< with `access: Open` no token is needed
  std::string_view callers = {};  ///< for Who::Caller: service names, comma-separated
};

}  // namespace kit::access
