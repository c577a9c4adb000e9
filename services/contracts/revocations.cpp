#include "services/contracts/revocations.hpp"

#include "services/contracts/internal/revocations.hpp"

#include <stdexcept>

namespace contracts {
namespace {

constexpr std::chrono::milliseconds DEADLINE{1500};

}  // namespace

kit::identity::Revocations::Source revocations(const kit::runtime::Context& context) {
  const std::shared_ptr<kit::http::Client> user = context.client("user");
  if (!user) return {};
  return [user](const std::string& since) {
    const auto answer =
        user->get(revocations_target(since), {"", kit::Trace::start(), kit::Deadline::in(DEADLINE)});
    if (answer.status != 200) throw std::runtime_error("user answered " + std::to_string(answer.status));
    return read_revocations(answer.body);
  };
}

}  // namespace contracts
