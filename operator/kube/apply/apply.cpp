#include "operator/kube/apply/apply.hpp"

#include "operator/kube/apply/strays.hpp"
#include "services/kit/encoding/sha256.hpp"

#include <algorithm>
#include <stdexcept>

namespace kube {

namespace {

/// Adds the fields of `before` that `after` lacks.
void add_removed(std::vector<Difference>& into, const Object& before, const Object& after) {
  for (auto& difference : differences(before, after)) {
    if (!difference.live.is_null()) continue;
    into.push_back({difference.path, nullptr, difference.desired});
  }
}

/// What an apply has to change, and what it cannot remove.
std::vector<Difference> all_differences(const Object& desired, const Object& live) {
  auto found = differences(desired, live);
  for (auto& stray : strays(desired, live)) found.push_back(std::move(stray));
  return found;
}

bool intersects(const std::vector<Difference>& some, const std::vector<Difference>& others) {
  return std::any_of(some.begin(), some.end(), [&](const Difference& each) {
    return std::find(others.begin(), others.end(), each) != others.end();
  });
}

}  // namespace

Applier::Applier(Api& api, ApplierOptions options) : api_(api), options_(std::move(options)) {
  if (options_.manager.empty() || options_.annotation.empty()) {
    throw std::invalid_argument("an applier without field manager or annotation");
  }
}

std::string Applier::hash(const Object& desired) {
  // Fields are sorted by name, so that equal objects have equal texts.
  return kit::sha256_hex(desired.dump(-1, ' ', false, Object::error_handler_t::replace)).substr(0, 32);
}

Object Applier::annotated(const Object& desired) const {
  Object out = desired;
  out["metadata"]["annotations"][options_.annotation] = hash(desired);
  return out;
}

std::vector<Difference> Applier::drift(const Object& desired, const Object& live) {
  auto found = all_differences(desired, live);
  const std::lock_guard guard(lock_);
  const auto accepted = accepted_.find(uid(live));
  if (accepted == accepted_.end() || accepted->second.hash != annotation(desired, options_.annotation)) {
    return found;
  }
  if (accepted->second.judged == resource_version(live)) return {};
  // The cache has seen our apply, which left nothing to be remembered.
  if (accepted->second.remaining.empty()) {
    accepted_.erase(accepted);
    return found;
  }
  std::erase_if(found, [&](const Difference& difference) {
    const auto& known = accepted->second.remaining;
    return std::find(known.begin(), known.end(), difference) != known.end();
  });
  return found;
}

Applied Applier::apply(const ResourceType& type, const Object& desired, const Object* live) {
  const Object sent = annotated(desired);
  Applied out;
  if (live != nullptr) {
    out.drift = drift(sent, *live);
    if (out.drift.empty()) {
      out.object = *live;
      return out;
    }
  }
  if (live != nullptr && intersects(out.drift, strays(sent, *live)))
    api_.merge_patch(type, key(*live), without_strays(sent), {.manager = options_.manager});
  send(type, sent, {.manager = options_.manager}, live == nullptr ? std::string() : resource_version(*live),
       out);
  out.action = live == nullptr ? Applied::Action::Created : Applied::Action::Changed;
  // The annotation differs with every change of the desired state; it is no drift of its own.
  std::erase_if(out.drift,
                [&](const Difference& d) { return d.path == "metadata.annotations." + options_.annotation; });
  return out;
}

Applied Applier::create(const ResourceType& type, const Object& desired) {
  Applied out{.action = Applied::Action::Created};
  send(type, annotated(desired), {.manager = options_.manager, .must_create = true}, {}, out);
  return out;
}

void Applier::send(const ResourceType& type, const Object& sent, const ApplyOptions& options,
                   const std::string& judged, Applied& out) {
  out.object = api_.apply(type, sent, options);
  strip(out.object);
  auto remaining = all_differences(sent, out.object);
  const std::lock_guard guard(lock_);
  if (judged.empty() && remaining.empty()) return;
  const auto owner = controller_of(out.object);
  accepted_[uid(out.object)] = {owner ? Key{namespace_of(out.object), owner->name} : Key{},
                                annotation(sent, options_.annotation), judged, std::move(remaining)};
}

Applied Applier::plan(const ResourceType& type, const Object& desired, const Object* live) {
  const Object sent = annotated(desired);
  Applied out;
  if (live != nullptr && drift(sent, *live).empty()) {
    out.object = *live;
    return out;
  }
  out.object = api_.apply(type, sent, {.manager = options_.manager, .dry_run = true});
  strip(out.object);
  out.action = Applied::Action::Created;
  if (live == nullptr) return out;
  out.action = Applied::Action::Changed;
  out.drift = differences(out.object, *live);
  add_removed(out.drift, *live, out.object);
  for (auto& stray : strays(sent, *live)) out.drift.push_back(std::move(stray));
  return out;
}

void Applier::forget(const std::string& uid) {
  const std::lock_guard guard(lock_);
  accepted_.erase(uid);
}

void Applier::forget_controlled_by(const Key& controller) {
  const std::lock_guard guard(lock_);
  std::erase_if(accepted_, [&](const auto& each) { return each.second.controller == controller; });
}

}  // namespace kube
