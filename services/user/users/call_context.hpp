#pragma once
#include "services/kit/time/deadline.hpp"

#include <string>

namespace user {

/// What the layers below the routes may know of a request.
struct CallContext {
  std::string client_address;
  std::string traceparent;
  kit::Deadline deadline;
};

}  // namespace user
