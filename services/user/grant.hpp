#pragma once
#include "services/kit/app/app.hpp"

namespace user {

/// `shopkeeper-user grant EMAIL ROLE`: gives an account a role; how the first admin comes to be.
kit::app::Service::Own grant_command();

}  // namespace user
