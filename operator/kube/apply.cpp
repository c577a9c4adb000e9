#include "operator/kube/apply.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <openssl/evp.h>

namespace kube {

namespace {

/// What `after` no longer has, of what `before` had: as differences to nothing.
void add_removed(std::vector<Difference>& into, const Object& before, const Object& after) {
  for (auto& difference : differences(before, after)) {
    if (!difference.live.is_null()) continue;
    into.push_back({difference.path, nullptr, difference.wanted});
  }
}

}  // namespace

Applier::Applier(Api& api, ApplierOptions options) : api_(api), options_(std::move(options)) {
  if (options_.manager.empty() || options_.annotation.empty()) {
    throw std::invalid_argument("an applier without field manager or annotation");
  }
}

std::string Applier::hash(const Object& wanted) {
  // Objects are sorted by name, so that equal ones have one text.
  const std::string text = wanted.dump(-1, ' ', false, Object::error_handler_t::replace);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not to be had");
  }
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < 16; ++i) {
    out += kHex[digest[i] >> 4];
    out += kHex[digest[i] & 15];
  }
  return out;
}

Object Applier::annotated(const Object& wanted) const {
  Object out = wanted;
  out["metadata"]["annotations"][options_.annotation] = hash(wanted);
  return out;
}

std::vector<Difference> Applier::drift(const Object& wanted, const Object& live) const {
  auto found = differences(wanted, live);
  const std::lock_guard guard(lock_);
  const auto accepted = accepted_.find(uid(live));
  if (accepted == accepted_.end() || accepted->second.hash != annotation(wanted, options_.annotation)) {
    return found;
  }
  if (accepted->second.judged == resource_version(live)) return {};
  std::erase_if(found, [&](const Difference& difference) {
    const auto& known = accepted->second.as_is;
    return std::find(known.begin(), known.end(), difference) != known.end();
  });
  return found;
}

Applied Applier::apply(const ResourceType& type, const Object& wanted, const Object* live) {
  const Object sent = annotated(wanted);
  Applied out;
  if (live != nullptr) {
    out.drift = drift(sent, *live);
    if (out.drift.empty()) {
      out.object = *live;
      return out;
    }
  }
  const std::string judged = live == nullptr ? std::string() : resource_version(*live);
  out.object = api_.apply(type, sent, {.manager = options_.manager});
  strip(out.object);
  out.action = live == nullptr ? Applied::Action::Created : Applied::Action::Changed;
  // The annotation is part of what was sent: a change of the wanted state alone shows as that.
  std::erase_if(out.drift,
                [&](const Difference& d) { return d.path == "metadata.annotations." + options_.annotation; });
  const std::lock_guard guard(lock_);
  accepted_[uid(out.object)] = {annotation(sent, options_.annotation), judged, differences(sent, out.object)};
  return out;
}

Applied Applier::plan(const ResourceType& type, const Object& wanted, const Object* live) {
  const Object sent = annotated(wanted);
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
  return out;
}

void Applier::forget(const std::string& uid) {
  const std::lock_guard guard(lock_);
  accepted_.erase(uid);
}

}  // namespace kube
