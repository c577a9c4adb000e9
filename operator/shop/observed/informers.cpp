#include "operator/shop/observed/informers.hpp"

#include "operator/shop/spec/names.hpp"
#include "operator/shop/spec/types.hpp"

#include <algorithm>

namespace shop {
namespace {

using List = std::vector<std::unique_ptr<kube::Informer>>;

// Functions, because constants of other files may not be initialised before those of this one.
std::vector<kube::ResourceType> owned_types() {
  using namespace kube::types;
  return {secret,
          config_map,
          service,
          service_account,
          deployment,
          stateful_set,
          job,
          ingress,
          network_policy,
          pod_disruption_budget,
          horizontal_pod_autoscaler};
}
std::vector<kube::ResourceType> related_types() {
  return {kube::types::pod, kube::types::persistent_volume_claim};
}

void each(const List& list, const std::function<void(kube::Informer&)>& act) {
  for (const auto& informer : list) act(*informer);
}

std::vector<kube::Key> shop_of(const kube::Object& object) {
  auto labels = kube::labels(object);
  auto it = labels.find(instance_label);
  if (it == labels.end() || it->second.empty()) return {};
  return {{kube::namespace_of(object), it->second}};
}

}  // namespace

const std::vector<kube::ResourceType>& observed_types() {
  static const auto types = [] {
    auto all = owned_types();
    for (auto& type : related_types()) all.push_back(type);
    return all;
  }();
  return types;
}

Informers::Informers(kube::Client& client, const std::vector<std::string>& namespaces,
                     kit::Metrics& metrics) {
  for (const auto& ns : namespaces.empty() ? std::vector<std::string>{""} : namespaces) {
    auto add = [&](List& list, const kube::ResourceType& type, const std::string& selector) {
      const kube::InformerOptions options{.ns = ns, .label_selector = selector};
      list.push_back(std::make_unique<kube::Informer>(client, type, options, metrics));
    };
    add(shops_, shop_type, "");
    for (const auto& type : owned_types()) add(owned_, type, managed_selector);
    for (const auto& type : related_types()) add(related_, type, managed_selector);
  }
}

void Informers::feed(kube::Controller& controller) {
  each(shops_, [&](auto& informer) { controller.watch(informer); });
  each(owned_, [&](auto& informer) { controller.watch_owned(informer, shop_type); });
  each(related_, [&](auto& informer) { controller.watch_mapped(informer, shop_of); });
}

void Informers::start() {
  for (const auto* list : {&shops_, &owned_, &related_})
    each(*list, [](auto& informer) { informer.start(); });
}

void Informers::stop() {
  for (const auto* list : {&shops_, &owned_, &related_}) each(*list, [](auto& informer) { informer.stop(); });
}

bool Informers::synced() const {
  for (const auto* list : {&shops_, &owned_, &related_})
    for (const auto& informer : *list)
      if (!informer->cache().synced()) return false;
  return true;
}

std::vector<kube::ObjectPtr> Informers::shops() const {
  std::vector<kube::ObjectPtr> result;
  each(shops_, [&](auto& informer) {
    auto some = informer.cache().list();
    result.insert(result.end(), some.begin(), some.end());
  });
  return result;
}

View Informers::view() const {
  View view;
  view.shop = [this](const kube::Key& key) {
    for (const auto& informer : shops_)
      if (auto shop = informer->cache().get(key)) return shop;
    return kube::ObjectPtr();
  };
  view.objects = [this](const kube::Object& shop) {
    Observed observed;
    const auto uid = kube::uid(shop);
    for (const auto& informer : owned_)
      for (auto& object : informer->cache().owned_by(uid)) observed.add(std::move(object));
    for (const auto& informer : related_)
      for (auto& object :
           informer->cache().list(kube::namespace_of(shop), {{instance_label, kube::name(shop)}}))
        observed.add(std::move(object));
    return observed;
  };
  return view;
}

}  // namespace shop
