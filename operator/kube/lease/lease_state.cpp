#include "operator/kube/lease/lease.hpp"

namespace kube {

LeaseState::Action LeaseState::decide(const std::optional<LeaseRecord>& seen, Time now) {
  if (!seen) return Action::Create;
  if (seen->holder == options_.identity) return Action::Renew;
  // Without the lease we do not lead.
  renewed_.reset();
  if (seen->holder.empty()) return Action::TakeOver;
  if (seen->resource_version != seen_version_ || seen->holder != seen_holder_) {
    seen_version_ = seen->resource_version;
    seen_holder_ = seen->holder;
    seen_at_ = now;
    seen_duration_ = seen->duration;
  }
  return now - seen_at_ >= seen->duration ? Action::TakeOver : Action::Wait;
}

bool LeaseState::leads(Time now) const { return renewed_ && now < *stop_by(); }

std::optional<LeaseState::Time> LeaseState::after(std::chrono::milliseconds time) const {
  if (!renewed_) return std::nullopt;
  return *renewed_ + time;
}

LeaseRecord lease_record(const Object& lease) {
  LeaseRecord out;
  out.holder = text_at(lease, "/spec/holderIdentity");
  out.resource_version = resource_version(lease);
  const auto spec = lease.find("spec");
  if (spec == lease.end() || !spec->is_object()) return out;
  const auto number = [&](const char* field) -> std::int64_t {
    const auto found = spec->find(field);
    return found != spec->end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
  };
  out.duration = std::chrono::seconds(number("leaseDurationSeconds"));
  out.transitions = number("leaseTransitions");
  return out;
}

}  // namespace kube
