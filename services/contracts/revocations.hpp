#pragma once
#include "services/kit/runtime/app.hpp"

namespace contracts {

/// For kit::runtime::Service::revocations: the list of the user service; empty while `peers.user` is not set.
kit::identity::Revocations::Source revocations(const kit::runtime::Context& context);

}  // namespace contracts
