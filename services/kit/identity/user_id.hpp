#pragma once
#include "services/kit/id.hpp"

namespace kit {

using UserId = Id<struct UserTag>;

}  // namespace kit
