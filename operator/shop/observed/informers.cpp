#include "operator/shop/observed/informers.hpp"

#include "operator/shop/observed/fields.hpp"
#include "operator/shop/spec/names.hpp"
#include "operator/shop/spec/types.hpp"

namespace shop {
namespace {

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

std::vector<kube::Key> shop_of(const kube::Object& object) {
  auto labels = kube::labels(object);
  auto it = labels.find(instance_label);
  if (it == labels.end() || it->second.empty()) return {};
  return {{kube::namespace_of(object), it->second}};
}

/// By which a Shop's pods and volumes are found.
std::string instance_index(const std::string& ns, const std::string& shop) { return ns + "/" + shop; }

kube::CacheOptions related_cache(const kube::ResourceType& type) {
  kube::CacheOptions options;
  if (type == kube::types::pod) options.transform = keep_read_pod_fields;
  options.index = [](const kube::Object& object) {
    const auto shops = shop_of(object);
    return shops.empty() ? std::string() : instance_index(shops[0].ns, shops[0].name);
  };
  return options;
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
    auto make = [&](const kube::ResourceType& type, const std::string& selector, kube::CacheOptions cache) {
      const kube::InformerOptions options{.ns = ns, .label_selector = selector};
      return std::make_unique<kube::Informer>(client, type, options, metrics, std::move(cache));
    };
    auto& scope = scopes_[ns];
    scope.shops = make(shop_type, "", {});
    scope.shops->cache().subscribe([this](const kube::Change& change) { states_.take(change); });
    for (const auto& type : owned_types()) scope.owned.push_back(make(type, managed_selector, {}));
    for (const auto& type : related_types())
      scope.related.push_back(make(type, managed_selector, related_cache(type)));
    scope.pod_monitors = std::make_unique<OptionalInformer>([this, &client, &metrics, ns] {
      const kube::InformerOptions options{.ns = ns, .label_selector = managed_selector};
      auto informer = std::make_unique<kube::Informer>(client, pod_monitor_type, options, metrics);
      if (on_optional_) informer->cache().subscribe(on_optional_);
      return informer;
    });
    scope.secrets = std::make_unique<ReferencedSecrets>(client);
    const kube::ReflectorOptions foreign{.ns = ns, .label_selector = foreign_selector, .metadata_only = true};
    scope.secret_watch =
        std::make_unique<kube::Reflector>(client, kube::types::secret, foreign, *scope.secrets, metrics);
  }
}

void Informers::each(const std::function<void(kube::Informer&)>& act) const {
  for (const auto& [ns, scope] : scopes_) {
    act(*scope.shops);
    for (const auto& informer : scope.owned) act(*informer);
    for (const auto& informer : scope.related) act(*informer);
  }
}

void Informers::feed(kube::Controller& controller) {
  on_optional_ = [&controller](const kube::Change& change) {
    // What the first list has was there before; the pass that asked for it looks at it.
    if (change.initial) return;
    const auto owner = kube::controller_of(change.object());
    if (owner && owner->kind == shop_type.kind)
      controller.enqueue({kube::namespace_of(change.object()), owner->name}, kube::Priority::Urgent);
  };
  for (const auto& [ns, scope] : scopes_) {
    controller.watch(*scope.shops);
    // Another operator's challenge (see reconcile/claim.hpp) is in the status, whose changes queue nothing.
    scope.shops->cache().subscribe([&controller](const kube::Change& change) {
      if (change.now && !kube::text_at(*change.now, "/status/operator/challenger").empty())
        controller.enqueue(kube::key(*change.now));
    });
    for (const auto& informer : scope.owned) controller.watch_owned(*informer, shop_type);
    for (const auto& informer : scope.related) controller.watch_mapped(*informer, shop_of);
    scope.secrets->on_change([&controller](const kube::Key& shop) { controller.enqueue(shop); });
  }
}

void Informers::start() {
  each([](auto& informer) { informer.start(); });
  for (const auto& [ns, scope] : scopes_) scope.secret_watch->start();
}

void Informers::stop() {
  each([](auto& informer) { informer.stop(); });
  for (const auto& [ns, scope] : scopes_) {
    scope.secret_watch->stop();
    scope.pod_monitors->drop();
  }
}

bool Informers::synced() const {
  bool all = true;
  each([&](auto& informer) { all = all && informer.cache().synced(); });
  return all;
}

const Informers::Scope* Informers::scope_of(const std::string& ns) const {
  auto found = scopes_.find("");
  if (found == scopes_.end()) found = scopes_.find(ns);
  return found == scopes_.end() ? nullptr : &found->second;
}

View Informers::view() const {
  View view;
  view.shop = [this](const kube::Key& key) {
    const auto* scope = scope_of(key.ns);
    return scope ? scope->shops->cache().get(key) : kube::ObjectPtr();
  };
  view.objects = [this](const kube::Object& shop) {
    Observed observed;
    const auto ns = kube::namespace_of(shop);
    const auto* scope = scope_of(ns);
    if (!scope) return observed;
    const auto add = [&](const kube::Informer& informer, const std::string& index) {
      for (auto& object : informer.cache().indexed(index)) observed.add(std::move(object));
    };
    for (const auto& informer : scope->owned) add(*informer, kube::uid(shop));
    for (const auto& informer : scope->related) add(*informer, instance_index(ns, kube::name(shop)));
    return observed;
  };
  view.secrets = [this](const kube::Key& shop, const std::set<std::string>& names) {
    const auto* scope = scope_of(shop.ns);
    return scope ? scope->secrets->use(shop, names) : std::map<std::string, kube::Object>();
  };
  view.pod_monitors.get = [this](const kube::Key& key) {
    const auto* scope = scope_of(key.ns);
    return scope ? scope->pod_monitors->get(key) : std::nullopt;
  };
  view.pod_monitors.drop = [this] {
    for (const auto& [ns, scope] : scopes_) scope.pod_monitors->drop();
  };
  return view;
}

}  // namespace shop
