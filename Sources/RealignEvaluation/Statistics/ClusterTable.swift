/// Item values added up by cluster, ready for resampling whole clusters.
///
/// Clusters keep the order of their first appearance, so results do not depend on hashing.
struct ClusterTable {
  /// Clusters with at least one item.
  let clusterCount: Int
  /// Number of summed columns.
  let columnCount: Int
  /// Row per cluster: item count, then the sums of every column.
  let cells: [Double]

  init<ID: Hashable>(columns: [[Double]], clusters: [ID]) {
    for column in columns {
      precondition(
        column.count == clusters.count,
        "values (\(column.count)) and clusters (\(clusters.count)) differ"
      )
    }
    let stride = columns.count + 1
    var rows: [ID: Int] = [:]
    var cells: [Double] = []
    for (item, cluster) in clusters.enumerated() {
      let row = rows[cluster] ?? rows.count
      if row == rows.count {
        rows[cluster] = row
        cells.append(contentsOf: [Double](repeating: 0, count: stride))
      }
      cells[row * stride] += 1
      for (index, column) in columns.enumerated() {
        cells[row * stride + 1 + index] += column[item]
      }
    }
    clusterCount = rows.count
    columnCount = columns.count
    self.cells = cells
  }

  /// Items of a cluster.
  func items(_ cluster: Int) -> Double { cells[cluster * (columnCount + 1)] }

  /// Sum of a column over a cluster.
  func sum(_ column: Int, _ cluster: Int) -> Double {
    cells[cluster * (columnCount + 1) + 1 + column]
  }

  /// Item count and column sums over all clusters.
  var totals: [Double] {
    var totals = [Double](repeating: 0, count: columnCount + 1)
    for (index, value) in cells.enumerated() { totals[index % totals.count] += value }
    return totals
  }
}
