#pragma once
#include "operator/kube/watch/cache.hpp"
#include "operator/kube/watch/reflector.hpp"

#include <string>

namespace kube {

using InformerOptions = ReflectorOptions;

/// A cache and the reflector that feeds it. Start it after handlers have subscribed; the destructor stops it.
class Informer {
 public:
  Informer(Client& client, ResourceType type, InformerOptions options, kit::Metrics& metrics,
           CacheOptions cache = {})
      : cache_(std::move(cache)), reflector_(client, std::move(type), std::move(options), cache_, metrics) {}

  void start() { reflector_.start(); }
  /// Ends the watch and joins; within milliseconds.
  void stop() { reflector_.stop(); }
  Cache& cache() { return cache_; }
  const Cache& cache() const { return cache_; }
  const ResourceType& type() const { return reflector_.type(); }

 private:
  Cache cache_;
  Reflector reflector_;
};

}  // namespace kube
