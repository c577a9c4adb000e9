#pragma once
#include "services/kit/runtime/app.hpp"

namespace user {

/// `shopkeeper-user grant EMAIL ROLE`: gives an account a role; how the first admin comes to be.
kit::runtime::Service::Own grant_command();

}  // namespace user
